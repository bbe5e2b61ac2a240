import { openDoors } from '../../core/api/door.ts'
import { serve, type Where } from '../../core/api/serve.ts'
import type { Operations } from '../../core/flow/operations.ts'
import { type Asked, ask } from './ask.ts'
import { fakeHub } from './operations.ts'

interface Served {
  /** The one through which requests come in. */
  readonly door?: 'front' | 'back'
  readonly patience?: Where['patience']
}

/** The API over real HTTP on a free port, in front of a fake hub; every log line is kept. */
export const servedHub = async (overrides: Partial<Operations> = {}, { door = 'front', patience }: Served = {}) => {
  const { operations, received } = fakeHub(overrides)
  const logs: object[] = []
  const keep = (fields: object, message: string): void => {
    logs.push({ ...fields, message })
  }
  const doors = openDoors(operations, { log: { info: keep, error: keep }, now: () => 0 })
  const where = { host: '127.0.0.1', port: 0, ...(patience && { patience }) }
  const serving = await serve({ front: doors[door], close: doors.close }, where)
  const askHub = (path: string, asked: Asked = {}) => ask(`${serving.url}${path}`, asked)
  return { ...serving, operations, received, logs, ask: askHub, stop: () => serving.close(1_000) }
}
export type ServedHub = Awaited<ReturnType<typeof servedHub>>
