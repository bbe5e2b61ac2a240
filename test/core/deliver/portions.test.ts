import fc from 'fast-check'
import { expect, it } from 'vitest'
import { pack, portions } from '../../../core/deliver/portions.ts'

const item = (text: string) => ({
  change: {
    contact: { id: text, key: { type: 'email', value: 'ada@x.test' } },
    create: true,
    fields: { HEAD: text },
    join: [],
    leave: [],
  },
})
const items = fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }).map(item))
const lengthOf = (body: readonly ReturnType<typeof item>[]): number =>
  Buffer.byteLength(JSON.stringify(body.map(({ change }) => change)))

it('portions hold everything once and in order, none more than was asked for', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 9 }), (all, size) => {
      expect(portions(all, size).flat()).toEqual(all)
      expect(portions(all, size).every((some) => some.length > 0 && some.length <= size)).toBe(true)
    }),
  )
})

it('a body is never longer than the tool takes, and holds as much as it can', () => {
  fc.assert(
    fc.property(items, fc.integer({ min: 100, max: 900 }), (all, most) => {
      const { bodies, tooLong } = pack(all, most)
      expect(bodies.every((body) => lengthOf(body) <= most)).toBe(true)
      expect(tooLong.every(({ item, bytes }) => bytes > most && lengthOf([item]) === bytes)).toBe(true)
      const kept = bodies.flat()
      expect([...kept, ...tooLong.map(({ item }) => item)]).toHaveLength(all.length)
      expect(kept).toEqual(all.filter((each) => kept.includes(each)))
      bodies.slice(1).forEach((body, index) => {
        expect(lengthOf([...(bodies[index] ?? []), ...body.slice(0, 1)])).toBeGreaterThan(most)
      })
    }),
  )
})
