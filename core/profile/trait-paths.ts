import { isObject, type JsonObject } from './json.ts'

const maxDepth = 5
/** Names that would reach a prototype in a tool which turns paths back into objects. */
const unsafe = /(?:^|\.)(?:__proto__|constructor|prototype)(?:\.|$)/

export const isSafePath = (path: string): boolean => !unsafe.test(path)

/**
 * Traits as paths: `{ subscription: { endsAt } }` becomes `subscription.endsAt`. Lists stay whole, null stays: it
 * withdraws. What lies deeper than five names is not a trait. By sorted keys, so that the order in the text is nothing.
 */
export const traitPaths = (traits: JsonObject): ReadonlyMap<string, unknown> => {
  const paths = new Map<string, unknown>()
  const walk = (values: JsonObject, prefix: string, depth: number): void => {
    for (const key of Object.keys(values).sort()) {
      const value = values[key]
      const path = prefix + key
      if (!isSafePath(path)) continue
      if (!isObject(value)) paths.set(path, value)
      else if (depth < maxDepth) walk(value, `${path}.`, depth + 1)
    }
  }
  walk(traits, '', 1)
  return paths
}
