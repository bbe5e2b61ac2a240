import { copyFileSync, existsSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { groupBy } from '../../core/profile/order.ts'
import type { Store } from '../../core/store/port.ts'
import { openSqlite } from '../../core/store/sqlite.ts'
import type { World } from './world.ts'

const sorted = <T>(things: readonly T[], nameOf: (thing: T) => string): readonly T[] =>
  things.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))

/** All that hangs on everybody, in an order of its own: by component, row, decision and contact. */
const everything = async (store: Store, nodes: readonly string[]) => {
  const { components, versions, profiles, decisions, contacts } = await store.load(nodes)
  const made = [...decisions.values()].flat()
  const states = [...contacts.values()].flat()
  return {
    components: sorted(components, ({ id }) => id),
    versions: sorted([...versions], ([id]) => id),
    profiles: sorted(profiles, ({ id }) => id),
    decisions: sorted([...groupBy(made, ({ node }) => node)], ([node]) => node).map(([, of]) =>
      sorted(of, ({ id }) => id),
    ),
    contacts: sorted([...groupBy(states, ({ node }) => node)], ([node]) => node).map(([, of]) =>
      sorted(of, ({ connector }) => connector),
    ),
  }
}

/** What a store keeps at hand is what it holds: a copy of its file, opened anew, tells the same of everybody. */
export const judgeKept = async ({ file, history }: World): Promise<void> => {
  if (file === null) return
  const copy = `${file}.copy`
  for (const part of ['', '-wal']) if (existsSync(file + part)) copyFileSync(file + part, copy + part)
  const stored = openSqlite(copy)
  const nodes = [...history.identifiers.keys()]
  const [kept, read] = [await everything(history.store, nodes), await everything(stored, nodes)]
  await stored.close()
  if (!isDeepStrictEqual(kept, read)) history.violations.push('somebody is kept at hand other than they are stored')
}
