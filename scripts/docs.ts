/** Writes all generated files anew: `npm run docs`. A test compares them with the sources. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { generatedFiles } from './generated.ts'

for (const [file, content] of await generatedFiles()) {
  const url = new URL(`../${file}`, import.meta.url)
  mkdirSync(new URL('.', url), { recursive: true })
  writeFileSync(url, content)
  console.log(`wrote ${file}`)
}
