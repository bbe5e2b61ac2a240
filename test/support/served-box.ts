import { openDoors } from '../../core/api/door.ts'
import { serve } from '../../core/api/serve.ts'
import { type BoxOptions, hubInABox } from './hub.ts'
import { hubAt } from './hub-at.ts'

/** A whole hub in one process, with HTTP in front of it, as whoever holds its admin key meets it. */
export const servedBox = async (options: BoxOptions) => {
  const box = await hubInABox(options)
  const log = { info: () => undefined, error: (fields: object, message: string) => console.error(message, fields) }
  const serving = await serve(openDoors(box.flow.operations, { log, now: () => box.clock.now }), {
    host: '127.0.0.1',
    port: 0,
  })
  const close = async (): Promise<void> => {
    await serving.close(1_000)
    await box.close()
  }
  return { ...hubAt(serving.url, 'test-admin'), box, close }
}
export type ServedBox = Awaited<ReturnType<typeof servedBox>>
