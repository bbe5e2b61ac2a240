import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const manifest = z.object({ version: z.string() })

/** From sources and from what is built of them alike: the nearest folder above that has a package.json. */
const rootAbove = (folder: URL): URL => {
  if (existsSync(new URL('package.json', folder))) return folder
  const above = new URL('../', folder)
  if (above.href === folder.href) throw new Error(`looking for package.json above ${import.meta.url}: there is none`)
  return rootAbove(above)
}
const root = rootAbove(new URL('./', import.meta.url))

/** The folder of this installation: plugins/, templates/ and package.json stand in it. */
export const projectFolder: string = fileURLToPath(root)

/** Which Leitstern this is, as package.json says. */
export const { version } = manifest.parse(JSON.parse(readFileSync(new URL('package.json', root), 'utf8')))
