import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { generatedFiles } from '../../scripts/generated.ts'

const read = (file: string): string => {
  const url = new URL(`../../${file}`, import.meta.url)
  return existsSync(url) ? readFileSync(url, 'utf8') : ''
}

it.each([...(await generatedFiles())])(
  'generated: %s is what the sources say (npm run docs writes it)',
  (file, content) => {
    expect(read(file)).toBe(content)
  },
)
