/** CPU time of one decide request against a hub with 1,000 rules, beside that of a bare Express service. */
import { z } from 'zod'
import { chance, whole } from '../../scripts/samples/chance.ts'
import { tell } from './figure.ts'
import { benchHub, populate } from './hub.ts'
import { openLoad } from './load.ts'
import { measured } from './measured.ts'
import { batches, createMessages, userOf } from './messages.ts'
import { sitePlacements } from './registry.ts'
import { inRounds, roundCount } from './rounds.ts'
import { sized } from './size.ts'

const rules = sized(1_000, 20)
const people = sized(1_000, 20)
const requests = sized(3_000, 20)
const connections = 16

const context = {
  page: { url: 'https://shop.example/c/headphones?sort=new', path: '/c/headphones', title: 'All headphones' },
  device: 'mobile',
  basket: { total: 129.9, items: 2 },
}
const asking = (profile: Readonly<Record<string, string>>): string =>
  JSON.stringify({ profile, placements: sitePlacements, context, locale: 'en-GB' })

const hub = await benchHub({ rules })
const echo = await measured('echo', { NODE_ENV: 'production' })
const toHub = hub.load(connections)
const toEcho = openLoad(z.string().parse(await echo.ask('url')), '', connections)
await populate(hub, people)

const random = chance(3)
const anybody = () => Array.from({ length: requests }, () => asking({ userId: userOf(whole(random, 0, people - 1)) }))
const everybody = () => Array.from({ length: people }, (_, person) => asking({ userId: userOf(person) }))
const nobody = (round: number) =>
  Array.from({ length: people }, (_, index) => asking({ anonymousId: `visitor-${round}-${index}` }))
const costOf = (bodies: readonly string[]) => hub.cost(bodies.length, () => toHub.send('/v1/decide', bodies))
const messages = createMessages(people, 11)
const change = async () => {
  const told = [...Array(people).keys()].map((person) =>
    person % 2 === 0 ? messages.identify(person) : messages.track(person),
  )
  await toHub.send('/v1/batch', batches(told, 100))
}

const spread = await inRounds({
  echo: () => {
    const bodies = anybody()
    return echo.cost(bodies.length, () => toEcho.send('/v1/decide', bodies))
  },
  warm: () => costOf(anybody()),
  changed: async () => {
    await change()
    return costOf(everybody())
  },
  new: (round) => costOf(nobody(round)),
})
const baseline = { name: 'express5+zod echo', cpu: spread('echo') }
for (const name of ['warm', 'changed', 'new'] as const)
  tell({
    bench: 'decide',
    case: name,
    cpu: spread(name),
    unit: 'request',
    baseline,
    target: name === 'warm' ? 0.4 : undefined,
    rounds: roundCount,
    more: { rules, placements: sitePlacements.length, connections },
  })
toHub.close()
toEcho.close()
await Promise.all([hub.close(), echo.close()])
