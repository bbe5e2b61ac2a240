type Json = unknown
type Node = Readonly<Record<string, Json>>
const isNode = (value: Json): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
const listIn = (value: Json): readonly Json[] => (Array.isArray(value) ? value : [])

const hasProperties = ({ properties }: Node) => isNode(properties) && Object.keys(properties).length > 0

/**
 * Schemas that are only a part of another one, which has more properties: by what they are, or by their reference. Closed
 * by themselves, they would refuse the rest of the whole.
 */
const partsIn = (node: Json, parts: Set<Json>): Set<Json> => {
  if (Array.isArray(node)) for (const item of node) partsIn(item, parts)
  if (!isNode(node)) return parts
  const isWhole = hasProperties(node) || listIn(node.allOf).length > 0
  const pieces = [...listIn(node.allOf), ...(isWhole ? [...listIn(node.anyOf), ...listIn(node.oneOf)] : [])]
  for (const piece of pieces) parts.add(isNode(piece) && typeof piece.$ref === 'string' ? piece.$ref : piece)
  for (const inner of Object.values(node)) partsIn(inner, parts)
  return parts
}

const isClosable = (node: Node) =>
  (hasProperties(node) || listIn(node.allOf).length > 0) &&
  node.additionalProperties === undefined &&
  node.unevaluatedProperties === undefined

/** `nullable` and the exclusive bounds as OpenAPI 3.0 and Swagger 2 write them, in words of JSON Schema 2020-12. */
const translated = (node: Node): Node => {
  const { nullable, 'x-nullable': isNullable, exclusiveMinimum, exclusiveMaximum, ...rest } = node
  const bounds = Object.entries({ exclusiveMinimum, exclusiveMaximum }).filter(
    ([, bound]) => bound !== undefined && typeof bound !== 'boolean',
  )
  const plain = { ...rest, ...Object.fromEntries(bounds) }
  if (isNode(nullable)) return { ...plain, nullable }
  if (nullable !== true && isNullable !== true) return plain
  const isSimple = typeof node.type === 'string' && node.enum === undefined
  return isSimple ? { ...plain, type: [node.type, 'null'] } : { anyOf: [plain, { type: 'null' }] }
}

/** The name that a closed description is known to ajv by. */
export const rootId = 'spec'
const absolute = (ref: Json): Json => (typeof ref === 'string' && ref.startsWith('#') ? `${rootId}${ref}` : ref)

/**
 * A description made strict: an object may hold only what is described, unless it says otherwise. Whoever sends a
 * misspelled property hears nothing of it from most tools. References lead to `rootId`, so that any part of it can be
 * compiled by itself.
 */
export const closed = (document: Json): Json => {
  const parts = partsIn(document, new Set())
  const close = (node: Json, pointer: string): Json => {
    if (Array.isArray(node)) return node.map((item, index) => close(item, `${pointer}/${index}`))
    if (!isNode(node)) return node
    const isOpen = parts.has(node) || parts.has(pointer) || !isClosable(node)
    const inner = Object.entries(node).map(([name, value]) => [
      name,
      name === '$ref' ? absolute(value) : close(value, `${pointer}/${name}`),
    ])
    return translated({ ...Object.fromEntries(inner), ...(isOpen ? {} : { unevaluatedProperties: false }) })
  }
  return close(document, '#')
}
