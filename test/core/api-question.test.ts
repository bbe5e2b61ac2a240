import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideRoutes } from '../../core/api/decide.ts'
import type { DecideRequest } from '../../core/flow/operations.ts'

const asked: DecideRequest[] = []
const [decide] = decideRoutes({
  decide: (request) => {
    asked.push(request)
    return { profileId: 'p', revision: 'r', decisions: [] }
  },
})
const call = { actor: { name: 'test' }, raw: () => ({ method: 'POST', url: '', headers: {}, body: Buffer.alloc(0) }) }

/** What reaches the flow out of a body, beside what the documented shape makes of it; null where it is refused. */
const both = async (text: string) => {
  const body: unknown = JSON.parse(text)
  const judged = decide?.input.safeParse({ body: JSON.parse(text) })
  asked.length = 0
  await decide?.answer({ params: {}, query: {}, body }, call).catch(() => undefined)
  return { taken: asked[0] ?? null, judged: judged?.success === true ? judged.data.body : null }
}
const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const long = (length: number): string => JSON.stringify('x'.repeat(length))
const ada = '"profile":{"userId":"ada"}'

describe('a question is taken at once only as its shape would take it', () => {
  it.each([
    ['all parts', `{${ada},"placements":["a"],"context":{"page":{"url":"/"}},"locale":"de"}`],
    ['nothing but whom', `{${ada}}`],
    ['nobody', '{"locale":"de"}'],
    ['no identifier', '{"profile":{}}'],
    ['a number', '{"profile":{"userId":7}}'],
    ['an empty identifier', '{"profile":{"userId":""}}'],
    ['an identifier of full length', `{"profile":{"userId":${long(500)}}}`],
    ['one that is too long', `{"profile":{"userId":${long(501)}}}`],
    ['an identifier that is null', '{"profile":{"userId":null}}'],
    ['a list for a profile', '{"profile":["ada"]}'],
    ['prototype keys as identifiers', '{"profile":{"__proto__":"ada","constructor":"ada"}}'],
    ['prototype keys in the context', `{${ada},"context":{"__proto__":{"a":1},"constructor":2}}`],
    ['a prototype key of its own', `{${ada},"__proto__":{"locale":"de"}}`],
    ['an inherited name', `{${ada},"toString":"x"}`],
    ['an unknown part', `{${ada},"limit":1}`],
    ['placements that are no texts', `{${ada},"placements":["a",1]}`],
    ['as many placements as there may be', `{${ada},"placements":[${Array(1000).fill('"a"').join()}]}`],
    ['one too many', `{${ada},"placements":[${Array(1001).fill('"a"').join()}]}`],
    ['null parts', `{${ada},"placements":null,"context":null,"locale":null}`],
    ['a list for a context', `{${ada},"context":[1]}`],
    ['a deep context', `{${ada},"context":${nested(64)}}`],
    ['one that is too deep', `{${ada},"context":${nested(65)}}`],
    ['a long locale', `{${ada},"locale":${long(100)}}`],
    ['one that is too long', `{${ada},"locale":${long(101)}}`],
    ['a text', '"ada"'],
    ['null', 'null'],
  ])('%s', async (_, text) => {
    const { taken, judged } = await both(text)
    expect(taken).toEqual(judged)
  })

  const part = fc.constantFrom('profile', 'placements', 'context', 'locale', '__proto__', 'other')
  const text = fc.constantFrom('', 'ada', 'de')
  const value = fc.oneof(fc.jsonValue(), text, fc.array(text), fc.dictionary(text, text))
  it('whatever it says', () =>
    fc.assert(
      fc.asyncProperty(fc.dictionary(part, value), fc.dictionary(text, text), async (more, profile) => {
        const { taken, judged } = await both(JSON.stringify({ profile, ...more }))
        expect(taken).toEqual(judged)
      }),
    ))
})
