import { componentRows } from './components.ts'
import { contactRows } from './contacts.ts'
import type { Db } from './database.ts'
import { decisionRows } from './decisions.ts'
import { deliveryRows } from './deliveries.ts'
import { historyRows } from './history.ts'
import { createHouseholds } from './households.ts'
import { ledgerRows } from './ledger.ts'
import { messageRows } from './messages.ts'
import { profileRows } from './profiles.ts'

/** All rows of an embedded store, and what of them is kept decoded. */
export const tables = (db: Db) => ({
  messages: messageRows(db),
  components: componentRows(db),
  profiles: profileRows(db),
  decisions: decisionRows(db),
  contacts: contactRows(db),
  deliveries: deliveryRows(db),
  ledger: ledgerRows(db),
  history: historyRows(db),
  households: createHouseholds(),
})
export type Tables = ReturnType<typeof tables>
