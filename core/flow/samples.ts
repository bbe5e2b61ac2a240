import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Log } from './core.ts'
import type { Behind, Ingest, IngestAnswer } from './operations.ts'

const perBatch = 100
const actor = { name: 'samples' }
/** What is not JSON goes to the ingest as it stands, and is refused there with its place. */
const messageIn = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return line
  }
}
const isBehind = (answer: IngestAnswer | Behind): answer is Behind => 'retryAfterS' in answer

/** Loads a file of messages, one JSON object a line, through the ordinary ingest. A second time changes nothing. */
export const loadSamples = async (files: readonly string[], { ingest }: Ingest, log: Log): Promise<void> => {
  for (const file of files) {
    const send = async (batch: readonly unknown[]): Promise<void> => {
      const answer = await ingest(batch, { actor, sentAt: null })
      if (isBehind(answer)) {
        await new Promise((resolve) => setTimeout(resolve, answer.retryAfterS * 1_000))
        return send(batch)
      }
      for (const { index, code, detail } of answer.refused)
        log.warn({ file, index, code, detail }, 'sample message refused')
    }
    const batch: unknown[] = []
    for await (const line of createInterface({ input: createReadStream(file) })) {
      if (line.trim() !== '') batch.push(messageIn(line))
      if (batch.length >= perBatch) await send(batch.splice(0))
    }
    if (batch.length > 0) await send(batch)
  }
}
