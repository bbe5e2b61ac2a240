import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import packaged from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const onPath = (): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => existsSync(file))

/** Not the package's own arguments: they switch off what keeps origins apart, and that is what pages are tested for. */
const args = ['--no-sandbox']
const launches: readonly (() => Promise<Browser>)[] = [
  async () => chromium.launch({ executablePath: await packaged.executablePath(), args }),
  async () => {
    const executablePath = onPath()
    if (executablePath === undefined) throw new Error(`none of ${names.join(', ')} is on PATH`)
    return chromium.launch({ executablePath, args })
  },
]

/** Chromium from npm, or else one of this machine; or why there is none, to be appended to the name of what is skipped. */
export const openBrowser = async (): Promise<{ readonly browser: Browser | null; readonly missing: string }> => {
  const reasons: string[] = []
  for (const launch of launches)
    try {
      return { browser: await launch(), missing: '' }
    } catch (error) {
      reasons.push(String(error).split('\n', 1).join())
    }
  return { browser: null, missing: ` (skipped: no browser starts: ${reasons.join('; ')})` }
}
