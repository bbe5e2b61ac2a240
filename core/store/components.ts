import type { Component, Veto } from '../profile/component.ts'
import type { Db } from './database.ts'

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

  return {
    idsOf: (nodes: readonly string[]): readonly string[] => [
      ...new Set(nodes.flatMap((node) => ofNode.get(node)?.component ?? [])),
    ],
    read: (id: string): { component: Component; version: number } | null => {
      const row = read.get(id)
      if (row === undefined) return null
      const component: Component = JSON.parse(row.body)
      return { component, version: row.version }
    },
    write: (component: Component, version: number): void => {
      const body = JSON.stringify(component)
      if (version === 0) insert.run(component.id, body)
      else if (update.run(body, component.id, version).changes !== 1)
        throw new Error(
          `committing component ${component.id}: version ${version} was read, another one is stored; two writers share this store`,
        )
      for (const node of component.nodes) place.run(node.id, component.id)
    },
    remove: (id: string): void => {
      remove.run(id)
    },
    vetoesOf: (nodes: readonly string[]): readonly Veto[] => {
      const found = nodes.flatMap((node) => vetoA.all(node, node))
      return [...new Map(found.map((entry) => [`${entry.a}\0${entry.b}`, entry])).values()]
    },
    veto: ({ a, b }: Veto): void => {
      veto.run(a, b)
    },
    bury: (node: string, at: number): void => {
      bury.run(node, at)
      unplace.run(node)
      unveto.run(node, node)
    },
    buriedSince: (at: number): ReadonlyMap<string, number> =>
      new Map(buriedSince.all(at).map((row) => [row.node, row.at])),
    tombstones: (nodes: readonly string[]): ReadonlyMap<string, number> =>
      new Map(
        nodes.flatMap((node) => {
          const row = buried.get(node)
          return row === undefined ? [] : [[node, row.at] as const]
        }),
      ),
  }
}
