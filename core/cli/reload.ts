import { z } from 'zod'
import { reloaded } from '../api/config.ts'
import { command } from './command.ts'

export const reloadCommand = command({
  usage: 'reload',
  summary: 'have the hub read its config and rule files again, now',
  input: z.object({}),
  run: async (_, { hub, tell }) => {
    const answer = await hub.post('/v1/config/reload', reloaded)
    const { changed, waiting } = answer
    tell(answer, [
      changed.length === 0 ? 'nothing of the config has changed' : `taken over: ${changed.join(', ')}`,
      ...waiting.map(({ kind, key, change }) => `waits for "leitstern publish": ${kind} ${key} (${change})`),
    ])
    return 0
  },
})
