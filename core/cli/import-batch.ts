import type { JsonObject } from '../profile/json.ts'

/** Messages of one request, and the lines that they come from. */
export interface Batch {
  readonly lines: readonly number[]
  readonly messages: readonly JsonObject[]
}
/** Of one request; well below what the hub takes. */
const limits = { messages: 200, bytes: 400_000 } as const

/** Gathers messages until a request is full. */
export const createBatches = () => {
  let lines: number[] = []
  let messages: JsonObject[] = []
  let bytes = 0
  const take = (): Batch => {
    const batch = { lines, messages }
    lines = []
    messages = []
    bytes = 0
    return batch
  }
  return {
    /** Takes a message in, and gives out the batch before where it does not fit in that any more. */
    add: (line: number, message: JsonObject): Batch | null => {
      const size = Buffer.byteLength(JSON.stringify(message))
      const isFull = messages.length >= limits.messages || bytes + size > limits.bytes
      const before = isFull && messages.length > 0 ? take() : null
      lines.push(line)
      messages.push(message)
      bytes += size
      return before
    },
    /** What is gathered so far. */
    take,
  }
}
