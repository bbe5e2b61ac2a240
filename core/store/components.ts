import type { Veto } from '../profile/component.ts'
import type { Db } from './database.ts'
import { emptinessOf } from './emptiness.ts'
import { type Evidence, packEvidence, unpackEvidence } from './evidence.ts'

/** The derived half of identity: components by node. */
export const componentRows = (db: Db) => {
  const ofNode = db.prepare<[string], { component: string }>('select component from nodes where id = ?')
  const read = db.prepare<[string], { body: string; version: number }>(
    'select body, version from components where id = ?',
  )
  const insert = db.prepare('insert into components (id, version, body) values (?, 1, ?)')
  const update = db.prepare('update components set body = ?, version = version + 1 where id = ? and version = ?')
  const remove = db.prepare('delete from components where id = ?')
  const place = db.prepare(
    'insert into nodes (id, component) values (?, ?) on conflict (id) do update set component = excluded.component where component <> excluded.component',
  )
  const unplace = db.prepare('delete from nodes where id = ?')
  const vetoA = db.prepare<[string, string], Veto>('select a, b from vetoes where a = ? or b = ?')
  const veto = db.prepare('insert into vetoes (a, b) values (?, ?) on conflict do nothing')
  const unveto = db.prepare('delete from vetoes where a = ? or b = ?')
  const bury = db.prepare(
    'insert into tombstones (node, at) values (?, ?) on conflict (node) do update set at = excluded.at',
  )
  const buriedSince = db.prepare<[number], { node: string; at: number }>(
    'select node, at from tombstones where at >= ?',
  )
  const buried = db.prepare<[string], { at: number }>('select at from tombstones where node = ?')
  const vetoes = emptinessOf(db, 'vetoes')
  const tombstones = emptinessOf(db, 'tombstones')

  return {
    idOf: (node: string): string | null => ofNode.get(node)?.component ?? null,
    read: (id: string): { evidence: Evidence; version: number } | null => {
      const row = read.get(id)
      return row === undefined ? null : { evidence: unpackEvidence(id, row.body), version: row.version }
    },
    write: (component: Evidence, version: number): void => {
      const body = packEvidence(component)
      if (version === 0) insert.run(component.id, body)
      else if (update.run(body, component.id, version).changes !== 1)
        throw new Error(
          `committing component ${component.id}: version ${version} was read, another one is stored; two writers share this store`,
        )
    },
    /** Says of each of its nodes where it is. */
    place: (component: Evidence): void => {
      for (const node of component.nodes) place.run(node.id, component.id)
    },
    remove: (id: string): void => {
      remove.run(id)
    },
    vetoesOf: (nodes: () => readonly string[]): readonly Veto[] => {
      if (vetoes.isEmpty()) return []
      const found = nodes().flatMap((node) => vetoA.all(node, node))
      return [...new Map(found.map((entry) => [`${entry.a}\0${entry.b}`, entry])).values()]
    },
    veto: ({ a, b }: Veto): void => {
      veto.run(a, b)
      vetoes.forget()
    },
    bury: (node: string, at: number): void => {
      bury.run(node, at)
      unplace.run(node)
      unveto.run(node, node)
      vetoes.forget()
      tombstones.forget()
    },
    buriedSince: (at: number): ReadonlyMap<string, number> =>
      new Map(buriedSince.all(at).map((row) => [row.node, row.at])),
    tombstones: (nodes: readonly string[]): ReadonlyMap<string, number> => {
      if (tombstones.isEmpty()) return new Map()
      return new Map(
        nodes.flatMap((node) => {
          const row = buried.get(node)
          return row === undefined ? [] : [[node, row.at] as const]
        }),
      )
    },
  }
}
