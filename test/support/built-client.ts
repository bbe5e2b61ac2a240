import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url))

/** A hub that runs from its sources serves the browser client of the last build: makes sure that it is of these sources. */
export const buildClient = (): void => {
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`building the browser client: ${stderr}`)
}
