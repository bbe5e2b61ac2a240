import type { Address } from './client.ts'
import type { Shell } from './shell.ts'

/** A hub that a command can ask, and how to let go of it. */
export interface Reached {
  readonly address: Address
  readonly close: () => Promise<void>
}
const asIs = (address: Address): Reached => ({ address, close: async () => undefined })

/** Whether anything answers there; it need not be ready. */
export const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/healthz`).then(
    () => true,
    () => false,
  )

/** Whether a command may work on the store of this machine: LEITSTERN_URL names another hub, wherever that one's store is. */
export const mayWorkAlone = ({ LEITSTERN_URL }: Shell['env']): boolean => !LEITSTERN_URL

/** The running hub where one answers; else, for a command that needs no more than the store, one in this process that works on the store and sends nothing. */
export const reach = async (address: Address, alone: boolean, shell: Shell): Promise<Reached> => {
  if (!alone || !mayWorkAlone(shell.env) || (await answers(address.url))) return asIs(address)
  const { url, key, close } = await shell.restHub({ env: shell.env, err: shell.err })
  shell.err(`No hub answers at ${address.url}: working on its store.`)
  return { address: { url, key }, close }
}
