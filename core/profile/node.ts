import { createHmac } from 'node:crypto'
import type { Identifier } from '../contract/value.ts'
import { createMemory } from './memory.ts'
import { remembered } from './remembered.ts'

/**
 * The id of a normalised identifier as a node, and so of a profile anchored there: a keyed hash, the same after every
 * rebuild, from which nobody without the key can test a guessed e-mail address. Formatted as a UUID of version 8 (RFC 9562, 5.8).
 */
export const nodeId = (identityKey: string, identifier: Identifier): string => {
  const bytes = createHmac('sha256', identityKey).update(`${identifier.type}\0${identifier.value}`).digest()
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** So many of the latest ids are remembered: a keyed hash costs ten times as much as finding it. */
const mostRecent = 20_000
const recent = createMemory<string>(mostRecent)
const recentId = (identityKey: string, identifier: Identifier): string =>
  recent(`${identityKey}\0${identifier.type}\0${identifier.value}`, () => nodeId(identityKey, identifier))

const idsOf = remembered((identifiers: readonly Identifier[], identityKey: string): readonly string[] =>
  identifiers.map((identifier) => recentId(identityKey, identifier)),
)

/** The nodes of a message's identifiers, in their order. Each step of a message's way asks for them: they are made once. */
export const nodeIds = (identityKey: string, identifiers: readonly Identifier[]): readonly string[] =>
  idsOf(identifiers, identityKey)
