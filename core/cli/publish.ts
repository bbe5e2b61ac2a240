import { z } from 'zod'
import { published } from '../api/registry.ts'
import { command } from './command.ts'

export const publishCommand = command({
  usage: 'publish',
  summary: 'make the rule files, as they are now, the current revision',
  input: z.object({}),
  run: async (_, { hub, tell }) => {
    const answer = await hub.post('/v1/registry/publish', published)
    const line = answer.changed ? 'is published; everybody is decided again' : 'is current already; nothing has changed'
    tell(answer, [`revision ${answer.revision} ${line}`])
    return 0
  },
})
