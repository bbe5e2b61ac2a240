import { formatProblem } from '../config/problem.ts'
import { storeFileOf } from '../flow/store-file.ts'
import { addressOf } from './address.ts'
import type { Call } from './command.ts'
import { configOf } from './config.ts'
import { hubFindings } from './doctor-hub.ts'
import { machineFindings } from './doctor-machine.ts'
import { copiedStoreFindings, storeFindings } from './doctor-store.ts'
import { toolFindings } from './doctor-tools.ts'
import { type Finding, good, messageOf, note, problem } from './finding.ts'
import { answers, mayWorkAlone } from './reach.ts'
import type { Shell } from './shell.ts'

const configFindings = async (shell: Shell): Promise<readonly Finding[]> => {
  const { file, loaded } = await configOf(shell)
  if ('config' in loaded)
    return [good('config', `${file} and ${loaded.config.files.length - 1} other files, secrets found`)]
  return loaded.problems.map((one) => problem('config', formatProblem(one), 'correct it, then: leitstern check'))
}

/** A look that itself failed is a finding, and the others go on. */
const orFailed = (
  subject: string,
  look: () => Promise<readonly Finding[]>,
  next: string,
): Promise<readonly Finding[]> => look().catch((error: unknown) => [problem(subject, messageOf(error), next)])

const running = async ({ hub }: Call, url: string, quick: boolean): Promise<readonly Finding[]> => [
  good('hub', `answers at ${url}`),
  ...(await orFailed('hub', () => hubFindings(hub), 'ask with an admin key: LEITSTERN_KEY or --key')),
  ...(quick ? [] : await orFailed('store', () => copiedStoreFindings(hub), 'make room for a copy, or add --quick')),
]

const alone = async ({ shell }: Call, url: string, quick: boolean): Promise<readonly Finding[]> => {
  const config = async () => {
    const { loaded } = await configOf(shell)
    return 'config' in loaded ? toolFindings(loaded.config) : []
  }
  const store = async () => storeFindings(storeFileOf(shell.env))
  return [
    note('hub', `none answers at ${url}`, 'start it: leitstern start; or say where it is by LEITSTERN_URL or PORT'),
    ...(await orFailed('connectors', config, 'correct hub.yaml')),
    ...(quick
      ? []
      : await orFailed('store', store, 'say where the hub is that works with it, by LEITSTERN_URL or PORT')),
  ]
}

const placeOfStore = ({ env }: Shell): string | null => {
  try {
    return storeFileOf(env)
  } catch {
    return null
  }
}

/** Looks at everything. A hub on another machine has its own config and data: here there is nothing of it to look at. */
export const diagnose = async (call: Call, quick: boolean): Promise<readonly Finding[]> => {
  const { shell } = call
  const { url } = addressOf(shell.env)
  const isUp = await answers(url)
  if (!mayWorkAlone(shell.env))
    return isUp
      ? running(call, url, quick)
      : [problem('hub', `none answers at ${url}`, 'correct LEITSTERN_URL, or start it')]
  return [
    ...machineFindings(shell, placeOfStore(shell)),
    ...(await orFailed('config', () => configFindings(shell), 'correct it, then: leitstern check')),
    ...(await (isUp ? running : alone)(call, url, quick)),
  ]
}
