import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspectStore } from '../flow/store-file.ts'
import type { Client } from './client.ts'
import { type Finding, good, note, problem } from './finding.ts'

type Inspection = ReturnType<typeof inspectStore>
/** A profile that is due is decided within seconds. */
const mostOverdueMs = 60_000

const schemaFinding = ({ schema, newest }: Inspection): Finding =>
  schema < newest
    ? note('schema', `${schema}, this version has ${newest}`, 'start the hub, which brings it up; take a backup first')
    : good('schema', String(schema))

const dueFinding = ({ nextDue }: Inspection): readonly Finding[] => {
  const overdue = nextDue === null ? 0 : Date.now() - nextDue
  return overdue > mostOverdueMs
    ? [
        problem(
          'due index',
          `a profile waits for ${Math.round(overdue / 1_000)} s`,
          "see the hub's log: background work stands still",
        ),
      ]
    : [good('due index', nextDue === null ? 'nothing falls due' : `next at ${new Date(nextDue).toISOString()}`)]
}

const findingsOf = (inspection: Inspection): readonly Finding[] => {
  const { faults, messages, profiles, contacts } = inspection
  if (faults.length === 0)
    return [
      good('store', `${messages} messages, ${profiles} profiles, ${contacts} contacts, sound`),
      schemaFinding(inspection),
    ]
  const next = 'stop the hub and restore a backup: leitstern restore <file>'
  return faults.map((fault) => problem('store', fault, next))
}

/** A running hub's store, looked through in a copy: the hub is not held up. */
export const copiedStoreFindings = async (hub: Client): Promise<readonly Finding[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'leitstern-doctor-'))
  try {
    const file = join(folder, 'copy.db')
    await hub.download('/v1/backup', file)
    const inspection = inspectStore(file)
    return [...findingsOf(inspection), ...dueFinding(inspection)]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The store while no hub works with it. */
export const storeFindings = (file: string): readonly Finding[] =>
  existsSync(file)
    ? findingsOf(inspectStore(file))
    : [note('store', `${file} is not there yet`, 'start the hub, which makes it; or set LEITSTERN_DATA')]
