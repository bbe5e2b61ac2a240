import { copyStore } from '../flow/store-file.ts'
import { addressOf } from './address.ts'
import type { Call } from './command.ts'
import { answers, mayWorkAlone } from './reach.ts'

/** Copies the store into a new file: asked of the hub where one runs, which goes on working; else read here, while everybody is kept out. */
export const copyInto = async (file: string, { hub, shell }: Pick<Call, 'hub' | 'shell'>): Promise<void> => {
  const { url } = addressOf(shell.env)
  if (!mayWorkAlone(shell.env) || (await answers(url))) await hub.download('/v1/backup', file)
  else await copyStore(shell.env, file)
}
