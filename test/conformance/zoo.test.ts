import { describe, expect, it } from 'vitest'
import { checks } from './checks.ts'
import { type Beast, good } from './zoo/beast.ts'
import { hygieneBeasts } from './zoo/hygiene-beasts.ts'
import { loginBeasts } from './zoo/login-beasts.ts'
import { manifestBeasts } from './zoo/manifest-beasts.ts'
import { readingBeasts } from './zoo/reading-beasts.ts'
import { webhookBeasts } from './zoo/webhook-beasts.ts'
import { writingBeasts } from './zoo/writing-beasts.ts'

const beasts = [
  ...manifestBeasts,
  ...loginBeasts,
  ...readingBeasts,
  ...writingBeasts,
  ...webhookBeasts,
  ...hygieneBeasts,
]
const catchers = ({ caughtBy }: Beast) => checks.filter(({ name }) => caughtBy.some((start) => name.startsWith(start)))

describe('a good connector passes', () => {
  for (const { name, run } of checks.filter(({ applies }) => applies(good))) it(name, () => run(good))
})

for (const beast of beasts) {
  const subject = { connector: { ...good.connector, ...beast.connector }, sandbox: beast.sandbox ?? good.sandbox }
  describe(`a connector that ${beast.does} is caught by`, () => {
    for (const { name, run } of catchers(beast)) it(name, () => expect(run(subject)).rejects.toThrow())
  })
}

it('no check exists that nobody has seen fail', () => {
  const seen = new Set(beasts.flatMap(catchers))
  expect(checks.filter((check) => !seen.has(check)).map(({ name }) => name)).toEqual([])
})

it('every beast is caught by checks that there are', () => {
  const starts = beasts.flatMap(({ caughtBy }) => caughtBy)
  expect(starts.filter((start) => !checks.some(({ name }) => name.startsWith(start)))).toEqual([])
})
