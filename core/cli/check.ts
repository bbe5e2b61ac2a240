import { z } from 'zod'
import { formatProblem } from '../config/problem.ts'
import { command } from './command.ts'
import { configOf } from './config.ts'

export const checkCommand = command({
  usage: 'check',
  summary: 'check all config and rule files, without a hub',
  input: z.object({}),
  run: async (_, { shell, tell }) => {
    const { file, loaded } = await configOf(shell)
    const problems = 'problems' in loaded ? loaded.problems : []
    const good = 'config' in loaded ? [`${file}: no problems in ${loaded.config.files.length} files`] : []
    tell({ problems }, [...good, ...problems.map(formatProblem)])
    return problems.length === 0 ? 0 : 1
  },
})
