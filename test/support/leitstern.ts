import { run } from '../../core/cli/program.ts'
import { startHub } from '../../core/hub.ts'
import { restHub } from '../../core/resting.ts'

/** `leitstern …` in this process: all of it but the start of a process, of which a test has many. */
export const leitsternHere = async (line: string, env: Readonly<Record<string, string>>) => {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await run(line.split(' '), {
    env,
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    startHub,
    restHub,
    untilStopped: () => new Promise(() => undefined),
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}
