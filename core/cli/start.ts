import { z } from 'zod'
import { command } from './command.ts'
import type { ExitCode, Shell } from './shell.ts'

const roles = ['all', 'api', 'worker'] as const
/** What `startHub` throws when the config is not fit: a line for each problem. */
const unfit = z.object({ problems: z.array(z.string()) })

const runHub = async ({ env, out, startHub, untilStopped }: Shell): Promise<ExitCode> => {
  // Asked first: whoever stops a hub that is still starting must not cut it off.
  const stopped = untilStopped()
  const hub = await startHub({ env, out })
  await stopped
  await hub.close()
  return 0
}

/** Runs the hub until the process is asked to stop. */
export const startCommand = command({
  usage: 'start',
  summary: 'run the hub in this process',
  options: [['--role <role>', 'all; api and worker are not built yet']],
  input: z.object({ role: z.enum(roles).default('all') }),
  run: async ({ role }, { shell }) => {
    if (role !== 'all') {
      shell.err(`start --role ${role}: not built yet; one process does everything`)
      return 2
    }
    try {
      return await runHub(shell)
    } catch (error) {
      const { data } = unfit.safeParse(error)
      if (data === undefined) throw error
      data.problems.forEach(shell.err)
      return 1
    }
  },
})
