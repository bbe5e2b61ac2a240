import type { JsonObject } from '../profile/json.ts'

/** Messages of one request, and the lines that they come from. */
export interface Batch {
  readonly lines: readonly number[]
  readonly messages: readonly JsonObject[]
  /** Everything in the file before here is done with once this is. */
  readonly position: number
}
/** Of one request; well below what the hub takes. */
const limits = { messages: 200, bytes: 400_000 } as const

/** Gathers messages until a request is full. */
export const createBatches = () => {
  let lines: number[] = []
  let messages: JsonObject[] = []
  let bytes = 0
  let position = 0
  const take = (): Batch => {
    const batch = { lines, messages, position }
    lines = []
    messages = []
    bytes = 0
    return batch
  }
  return {
    /** Takes a message in, after which the file goes on at `after`, and gives out the batch before where it does not fit in that any more. */
    add: (line: number, message: JsonObject, after: number): Batch | null => {
      const size = Buffer.byteLength(JSON.stringify(message))
      const isFull = messages.length >= limits.messages || bytes + size > limits.bytes
      const before = isFull && messages.length > 0 ? take() : null
      lines.push(line)
      messages.push(message)
      bytes += size
      position = after
      return before
    },
    /** What is gathered so far. */
    take,
  }
}
