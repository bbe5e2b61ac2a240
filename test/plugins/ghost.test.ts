import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { fieldValue } from '../../core/contract/value.ts'
import { tokenOf } from '../../plugins/ghost/api.ts'
import { noteIn, noteOf } from '../../plugins/ghost/note.ts'
import { required } from '../conformance/check.ts'
import { erase, pushOne } from '../conformance/delivery.ts'
import { person } from '../conformance/workbench.ts'
import { at, pullFrom } from './subject.ts'

const ada = 'ada@example.test'
const ours = { kind: 'label', name: 'Headphone fans' }
const atGhost = at('ghost')

const member = z.looseObject({ id: z.string(), email: z.string(), note: z.string().nullable(), status: z.string() })
const state = z.looseObject({ members: z.array(member) })
describe('labels of a member', () => {
  const memberships = ['label/Press', 'label/VIP']
  it(
    'that somebody else gave survive when ours come and go',
    atGhost(async (bench) => {
      bench.sandbox.seed([{ ...person(ada), memberships }])
      await pushOne(bench, ada, { join: [ours] })
      expect(bench.seen(ada)?.memberships).toEqual(['label/Headphone fans', ...memberships])
      await pushOne(bench, ada, { leave: [ours] })
      expect(bench.seen(ada)?.memberships).toEqual(memberships)
    }),
  )

  it(
    'are left alone by a push of fields, and are the same in other letters',
    atGhost(async (bench) => {
      bench.sandbox.seed([{ ...person(ada, { hero: 'old' }), memberships }])
      await pushOne(bench, ada, { fields: { hero: 'new' } })
      expect(bench.requests.at(-1)?.body).toEqual({ members: [{ note: expect.stringContaining('hero: "new"') }] })
      expect((await pushOne(bench, ada, { join: [{ kind: 'label', name: 'press' }] })).status).toBe('unchanged')
    }),
  )
})

describe('the block in a note', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((written) => !written.includes('--- leitstern ---'))
  const values = fc.dictionary(
    fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,20}$/),
    fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.boolean(), fc.integer()),
  )
  it('gives back what people wrote and what the hub wrote, whatever it is', () => {
    fc.assert(
      fc.property(text, values, (written, kept) => {
        const back = noteIn(noteOf({ text: written, values: kept }))
        expect(back.text).toBe(written)
        expect({ ...back.values }).toEqual({ ...kept })
      }),
      // Lines to others, but not to JSON.
      { examples: [['', { hero: 'one\u2028two\u2029three\u0085four' }]] },
    )
  })

  it('is found where staff has written before, behind and inside it', () => {
    const note = `Met at the fair\n${noteOf({ text: '', values: { hero: 'x' } }).replace('hero', 'scribble\nhero')}\nCall back`
    expect(noteIn(note)).toEqual({ text: 'Met at the fair\nCall back', values: { hero: 'x' } })
  })

  it(
    'leaves what staff wrote alone, and goes with its last field',
    atGhost(async (bench) => {
      bench.sandbox.seed([person(ada, { note: 'Met at the fair', hero: 'x' })])
      await pushOne(bench, ada, { fields: { hero: 'y' } })
      expect(bench.seen(ada)?.fields).toEqual({ note: 'Met at the fair', hero: 'y' })
      await pushOne(bench, ada, { fields: { hero: null } })
      expect(state.parse(bench.sandbox.state()).members[0]?.note).toBe('Met at the fair')
    }),
  )

  it(
    'is refused where the note has no room for it',
    atGhost(async (bench) => {
      bench.sandbox.seed([person(ada, { note: 'n'.repeat(1950), hero: null })])
      const receipt = await pushOne(bench, ada, { fields: { hero: 'x'.repeat(50) } })
      expect(receipt).toMatchObject({ status: 'rejected', field: 'hero' })
    }),
  )
})

describe('consent', () => {
  it(
    'is told by the newsletters, although they do not move the time of change',
    atGhost(async (bench) => {
      bench.sandbox.seed([person(ada)])
      bench.clock.now += 60_000
      const first = await pullFrom(bench, null)
      expect(first.records).toMatchObject([{ consent: true }])
      bench.clock.now += 60_000
      const before = bench.seen(ada)
      bench.sandbox.seed([{ ...person(ada), consent: false }])
      expect(bench.seen(ada)).toEqual({ ...before, consent: false })
      bench.clock.now += 60_000
      const next = await pullFrom(bench, first.cursor)
      expect(next.records).toMatchObject([{ consent: false, identifiers: [{ value: ada }] }])
      expect((await pullFrom(bench, next.cursor)).records).toEqual([])
    }),
  )

  it(
    'that changes in the very second in which the first pull began comes with the next',
    atGhost(async (bench) => {
      bench.sandbox.seed([person(ada)])
      bench.clock.now += 60_450
      const first = await pullFrom(bench, null)
      bench.clock.now += 100
      bench.sandbox.seed([{ ...person(ada), consent: false }])
      expect((await pullFrom(bench, first.cursor)).records).toMatchObject([{ consent: false }])
    }),
  )

  it(
    'of a webhook is read again: a payload without newsletters says "not subscribed" of everybody',
    atGhost(async (bench) => {
      bench.sandbox.seed([person(ada)])
      const settings = bench.connector.settings.parse(bench.sandbox.settings(bench.url))
      const told = required(bench.connector.webhook).parse(
        settings,
        required(bench.sandbox.webhook)(ada, bench.clock.now),
      )
      const hints = told.flatMap((one) => (one.kind === 'hint' ? [one] : []))
      expect(await bench.connector.recall?.(bench.context('read'), hints)).toMatchObject([
        { id: hints[0]?.id, consent: true },
      ])
      await erase(bench, [ada])
      expect(await bench.connector.recall?.(bench.context('read'), hints)).toEqual([])
    }),
  )

  it(
    'is never written: whoever unsubscribed stays so',
    atGhost(async (bench) => {
      bench.sandbox.seed([{ ...person(ada, { hero: 'x' }), consent: false }])
      await pushOne(bench, ada, { create: true, fields: { hero: 'y', name: 'Ada' }, join: [ours] })
      expect(bench.seen(ada)?.consent).toBe(false)
    }),
  )
})

it(
  'a member whose address is spelled otherwise is not created twice',
  atGhost(async (bench) => {
    bench.sandbox.seed([person('Ada@Example.test')])
    expect((await pushOne(bench, ada, { create: true, join: [ours] })).status).toBe('applied')
    expect(bench.sandbox.contacts()).toHaveLength(1)
  }),
)

it(
  'a member who pays is not erased behind the back of the payments',
  atGhost(async (bench) => {
    bench.sandbox.seed([person(ada)])
    const held = state.parse(bench.sandbox.state())
    bench.sandbox.restore({ ...held, members: held.members.map((one) => ({ ...one, status: 'paid' })) })
    expect(await erase(bench, [ada])).toEqual(['rejected'])
    expect(bench.seen(ada)).not.toBeNull()
  }),
)

it('each call has a token of its own, signed with the key, for five minutes', () => {
  const token = tokenOf('00ff:beef', 1_800_000_000_000)
  const [head = '', claims = '', signature] = token.split('.')
  const json = (part: string) =>
    z.record(z.string(), fieldValue).parse(JSON.parse(Buffer.from(part, 'base64url').toString()))
  expect(json(head)).toEqual({ alg: 'HS256', typ: 'JWT', kid: '00ff' })
  expect(json(claims)).toEqual({ iat: 1_800_000_000, exp: 1_800_000_300, aud: '/admin/' })
  const expected = createHmac('sha256', Buffer.from('beef', 'hex')).update(`${head}.${claims}`).digest('base64url')
  expect(signature).toBe(expected)
  expect(() => tokenOf('no key', 0)).toThrow(/id:secret/)
})

it(
  'published posts and pages are found by their titles, and newsletters and tiers are seen as rules',
  atGhost(async (bench) => {
    const found = await bench.connector.content?.(bench.context('read'), 'HEADPHONES', 5)
    expect(found).toMatchObject([{ kind: 'post', title: 'How to care for headphones' }])
    expect(await bench.connector.content?.(bench.context('read'), '', 1)).toHaveLength(1)
    const rules = await bench.connector.observedRules?.(bench.context('read'))
    expect(rules?.map(({ kind, active }) => [kind, active])).toEqual([
      ['newsletter', true],
      ['tier', true],
    ])
  }),
)
