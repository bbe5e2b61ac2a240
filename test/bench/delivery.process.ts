import { join } from 'node:path'
import { z } from 'zod'
import { hubInABox } from '../support/hub.ts'
import { connectorTo, dialects } from '../support/rough/dialect.ts'
import { openUnpaced } from '../support/unpaced.ts'
import { answering, spending } from './asked.ts'

/** A hub with four real tools, as fast as they answer. */
const { BENCH_FOLDER, BENCH_PEOPLE, BENCH_TOOLS } = z
  .object({
    BENCH_FOLDER: z.string(),
    BENCH_PEOPLE: z.coerce.number(),
    BENCH_TOOLS: z.string().transform((text) => z.record(z.string(), z.unknown()).parse(JSON.parse(text))),
  })
  .parse(process.env)
const perMessage = 100
const consent = { none: true, because: 'nobody in this bench is a real person' }

const registry = {
  segments: [{ key: 'buyers', when: { event: 'Order Completed' } }],
  slots: [{ key: 'lead' }],
  placements: dialects.map(({ use, channel }) => ({
    key: `${use}-hero`,
    channel,
    connector: use,
    slot: 'lead',
    fields: { headline: { type: 'text', max: 80, required: true } },
    fallback: { 'en-GB': { headline: 'New in' } },
  })),
  offers: [{ key: 'care', content: { default: { 'en-GB': { headline: 'Care' } } } }],
  rules: [{ key: 'care', slot: 'lead', when: { segment: 'buyers' }, offer: 'care' }],
}
const connectors = Object.fromEntries(
  dialects.map((dialect) => [
    dialect.use,
    { ...connectorTo(dialect, `${dialect.use}-hero`), consent, settings: BENCH_TOOLS[dialect.use] },
  ]),
)
const box = await hubInABox({
  path: join(BENCH_FOLDER, 'hub.db'),
  clock: {
    get now() {
      return Date.now()
    },
    set now(_) {},
  },
  hub: { loopback: true },
  registry,
  connectors,
  openTool: openUnpaced,
})
for (const { use } of dialects) await box.flow.operations.setup(use, { name: 'bench' })

let said = 0
/** Everybody is told of again, one in so many with something new. */
const tellOf = async (planOf: (person: number) => string) => {
  for (let from = 0; from < BENCH_PEOPLE; from += perMessage) {
    const people = Array.from({ length: Math.min(perMessage, BENCH_PEOPLE - from) }, (_, index) => from + index)
    await box.say(
      ...people.map((person) => ({
        type: 'identify',
        messageId: `m${++said}`,
        userId: `u${person}`,
        traits: { email: `p${person}@bench.example`, plan: planOf(person) },
      })),
    )
  }
  await box.flow.settle()
}
const plans = new Map<number, string>()
const change = (every: number) => {
  const plan = `plan ${said}`
  for (let person = 0; person < BENCH_PEOPLE; person += every) plans.set(person, plan)
  return spending(() => tellOf((person) => plans.get(person) ?? ''))
}
answering({ change: (every) => change(z.number().parse(every)) }, box.close)
