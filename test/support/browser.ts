import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import packaged from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'
import { z } from 'zod'

/** The package's entry is in build/esm or build/cjs, and its package.json is not among its exports. */
const manifest = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../../package.json')
const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8')))
const home = join(tmpdir(), `leitstern-chromium-${version}`)

/** Unpacks into a folder that is then moved into place whole: test files that begin at once must not see half of it. */
const unpack = async (): Promise<void> => {
  const { TMPDIR } = process.env
  const aside = mkdtempSync(`${home}-`)
  process.env.TMPDIR = aside
  try {
    await packaged.executablePath()
    renameSync(aside, home)
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    if (!existsSync(home)) throw error
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
}
const fromNpm = async (): Promise<string> => {
  if (!existsSync(home)) await unpack()
  return join(home, 'chromium')
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const onPath = async (): Promise<string> => {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find((file) => existsSync(file))
  if (found === undefined) throw new Error(`none of ${names.join(', ')} is on PATH`)
  return found
}

/** Not the package's own arguments: they switch off what keeps origins apart, and that is what pages are tested for. */
const args = ['--no-sandbox']

/** Chromium from npm, or else one of this machine; or why there is none, to be appended to the name of what is skipped. */
export const openBrowser = async (): Promise<{ readonly browser: Browser | null; readonly missing: string }> => {
  const reasons: string[] = []
  for (const place of [fromNpm, onPath])
    try {
      return { browser: await chromium.launch({ executablePath: await place(), args }), missing: '' }
    } catch (error) {
      reasons.push(String(error).split('\n', 1).join())
    }
  return { browser: null, missing: ` (skipped: no browser starts: ${reasons.join('; ')})` }
}
