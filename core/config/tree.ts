/** Where something stands: file as it was named, line and column from 1 on, and its path, `connectors.mail.map.firstName`. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly path: string
}
/** A value of a YAML file that knows where it stands: an entry of a map at its key, an item of a list at its beginning. */
export type Tree = { readonly at: Place } & (
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Tree> }
  | { readonly kind: 'list'; readonly items: readonly Tree[] }
  | {
      readonly kind: 'scalar'
      /** undefined: it is not known, and that is told already. */
      readonly value: unknown
      /** The reference that the value was taken from: shown in its place. */
      readonly reference?: string
    }
)
/** Keys and indexes, from the root on. */
export type Path = readonly PropertyKey[]

/** `path` with one step more: `segments[2]`, `traits.subscription.endsAt`. */
export const extend = (path: string, step: PropertyKey): string =>
  typeof step === 'number' ? `${path}[${step}]` : path === '' ? String(step) : `${path}.${String(step)}`

const child = (tree: Tree, step: PropertyKey): Tree | undefined => {
  if (tree.kind === 'map') return tree.entries.get(String(step))
  return tree.kind === 'list' ? tree.items[Number(step)] : undefined
}

/** What stands at a path, or undefined. */
export const find = (tree: Tree, path: Path): Tree | undefined =>
  path.reduce<Tree | undefined>((at, step) => at && child(at, step), tree)

/** Where a path stands; what is missing stands where its nearest parent does, with its own path. */
export const placeOf = (tree: Tree, path: Path): Place => {
  const [step, ...rest] = path
  if (step === undefined) return tree.at
  const next = child(tree, step)
  return next ? placeOf(next, rest) : { ...tree.at, path: path.reduce<string>(extend, tree.at.path) }
}

/** The map without its places; of anything else, an empty one. */
export const plainMap = (tree: Tree): Readonly<Record<string, unknown>> =>
  tree.kind === 'map' ? Object.fromEntries([...tree.entries].map(([key, entry]) => [key, plain(entry)])) : {}

/** The value without its places. */
export const plain = (tree: Tree): unknown => {
  if (tree.kind === 'scalar') return tree.value
  return tree.kind === 'list' ? tree.items.map(plain) : plainMap(tree)
}

/** A map that stands nowhere in the file, where its place says that it might. */
export const emptyMap = (at: Place): Tree => ({ at, kind: 'map', entries: new Map() })

/** The keys of the map at a path; none where there is no map. */
export const keysAt = (tree: Tree, ...path: string[]): readonly string[] => {
  const found = find(tree, path)
  return found?.kind === 'map' ? [...found.entries.keys()] : []
}

/** The items of the list at a path; none where there is no list. */
export const itemsAt = (tree: Tree, ...path: string[]): readonly Tree[] => {
  const found = find(tree, path)
  return found?.kind === 'list' ? found.items : []
}

/** The text at a path, or undefined where there is none. */
export const textAt = (tree: Tree, ...path: string[]): string | undefined => {
  const found = find(tree, path)
  return found?.kind === 'scalar' && typeof found.value === 'string' ? found.value : undefined
}

/** The tree without what stands at these paths; without its root it is an empty map. */
export const without = (tree: Tree, paths: readonly Path[]): Tree => {
  if (paths.some((path) => path.length === 0)) return emptyMap(tree.at)
  const below = (step: PropertyKey) =>
    paths.filter((path) => String(path[0]) === String(step)).map((path) => path.slice(1))
  const kept = (step: PropertyKey, entry: Tree): readonly Tree[] => {
    const rests = below(step)
    return rests.some((rest) => rest.length === 0) ? [] : [without(entry, rests)]
  }
  if (paths.length === 0 || tree.kind === 'scalar') return tree
  if (tree.kind === 'list') return { ...tree, items: tree.items.flatMap((item, index) => kept(index, item)) }
  const entries = [...tree.entries].flatMap(([key, entry]) => kept(key, entry).map((left) => [key, left] as const))
  return { ...tree, entries: new Map(entries) }
}
