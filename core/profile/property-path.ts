import { isObject, own } from './json.ts'

/** `missing` is what stands for a value that is not there: nothing, or within a list a place that is empty. */
const reach = (value: unknown, segments: readonly string[], missing: readonly unknown[]): readonly unknown[] => {
  const [segment, ...rest] = segments
  if (segment === undefined) return [value]
  const isList = segment.endsWith('[]')
  const found = isObject(value) ? own(value, isList ? segment.slice(0, -2) : segment) : undefined
  if (isList) return Array.isArray(found) ? found.flatMap((item) => reach(item, rest, [null])) : missing
  return found === undefined ? missing : reach(found, rest, missing)
}

/** Whether a path reads each element of a list, as `products[].sku` does. */
export const isListPath = (path: string): boolean => path.includes('[]')

/**
 * What stands at a path: `shipping.method` is one value or none, `products[].sku` one for each
 * element, null where an element has none: parallel lists stay parallel.
 */
export const valuesAt = (value: unknown, path: string): readonly unknown[] => reach(value, path.split('.'), [])
