import type { IngestAnswer } from '../../core/flow/operations.ts'
import { toolNames, variationOf } from './hub-config.ts'
import type { Operation } from './operation.ts'
import { type Body, emailOf, userOf } from './people.ts'
import { judgeDecide, judgeSegments } from './read-check.ts'
import { writtenRules } from './rules.ts'
import { toolOperations } from './tool-operations.ts'
import { hubOf, openHub, tell, type World } from './world.ts'

const hourMs = 3_600_000
const phases = ['off', 'observe', 'shadow', 'pilot', 'pilot', 'live', 'live', 'live'] as const
const admin = { name: 'admin' }
const rules = (world: World) => hubOf(world).operations

const say = async (world: World, bodies: readonly Body[], source: string): Promise<void> => {
  tell(world, `${source} says ${JSON.stringify(bodies)}`)
  world.said.push(...bodies.map((body) => ({ source, body })))
  const answer = await rules(world).ingest(bodies, { actor: { name: source }, sentAt: null })
  if ('retryAfterS' in answer) return
  noteAnswer(world, bodies, source, answer)
}
const noteAnswer = (world: World, bodies: readonly Body[], source: string, answer: IngestAnswer): void => {
  const refused = new Set(answer.refused.map(({ index }) => index))
  if (answer.repeated > 0) world.sometimes.reached('a repeated message changed nothing')
  for (const { code } of answer.refused)
    if (code !== 'conflict' && code !== 'erased') world.history.violations.push(`a message was refused: ${code}`)
  bodies.forEach((body, index) => {
    if (!refused.has(index)) world.acknowledged.push({ source, body })
  })
}
const sourceOf = (world: World) => world.chance.pick(['web', 'web', 'office'])

/** One profile of somebody, by any of their identifiers. */
const someProfile = async (world: World): Promise<string | null> => {
  const person = world.people.someone()
  const identifier = world.chance.pick([
    { type: 'userId', value: userOf(person) },
    { type: 'email', value: emailOf(person) },
  ])
  const { items } = await rules(world).listProfiles({ limit: 1, cursor: null, identifier })
  return items[0]?.id ?? null
}

const crossesClockChange = (from: number, to: number): boolean => {
  const zone = (at: number) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', timeZoneName: 'longOffset' }).format(at).slice(-9)
  return zone(from) !== zone(to)
}
export const goTo = (world: World, at: number): void => {
  if (crossesClockChange(world.clock.now, at)) world.sometimes.reached('a clock change was crossed')
  world.clock.now = Math.max(world.clock.now, at)
}
const wait = async (world: World): Promise<void> => {
  const { chance, clock } = world
  const due = (await world.history.store.nextDue()) ?? clock.now
  const at = chance.pick([
    clock.now + chance.int(1, 60_000),
    clock.now + chance.int(1, 36) * hourMs,
    clock.now + chance.int(1, 9) * 7 * 24 * hourMs,
    due - 1,
    due,
    due,
    due,
  ])
  goTo(world, at)
  tell(world, 'is the time now')
}

const downTime = async (world: World): Promise<void> => {
  const { chance, clock, sometimes } = world
  const before = clock.now
  goTo(world, before + chance.pick([0, 1_000, hourMs, 3 * 24 * hourMs, 75 * 24 * hourMs]))
  const due = await world.history.store.nextDue()
  if (due !== null && due > before && due <= clock.now) sometimes.reached('a due instant passed while the hub was down')
}
/** Opens the hub until it stays open: it may die while it starts. */
export const reopen = async (world: World): Promise<void> => {
  const { chance, sometimes } = world
  world.flow = null
  await downTime(world)
  if (chance.often(0.25)) {
    world.variation = variationOf(chance)
    sometimes.reached('a restart found another configuration')
  }
  const doom = chance.often(0.25) ? chance.int(1, 40) : undefined
  tell(
    world,
    `the hub starts, ${JSON.stringify(world.variation)}${doom === undefined ? '' : `, and dies at point ${doom}`}`,
  )
  if ((await openHub(world, doom)) === 'open') {
    for (const tool of world.tools) await tool.arrive()
    return
  }
  sometimes.reached('a crash fell while the hub was starting')
  await reopen(world)
}

/** A tool is not written any more: what is owed to it waits. */
const stopWriting = async (world: World): Promise<void> => {
  const name = world.chance.pick(toolNames)
  tell(world, `${name} goes observe`)
  if ('phase' in (await rules(world).setPhase(name, 'observe', admin))) world.confirmed.push('phase')
  await hubOf(world).settle()
}

export const operations: Readonly<Record<string, Operation>> = {
  message: {
    weight: 16,
    play: (world) => {
      const { chance, people, clock } = world
      const bodies = Array.from({ length: chance.int(1, 4) }, () => people.message(clock.now))
      return say(world, bodies, sourceOf(world))
    },
  },
  repeat: {
    weight: 3,
    play: async (world) => {
      if (world.said.length === 0) return
      const { source, body } = world.chance.pick(world.said)
      await say(world, [body], source)
    },
  },
  reuse: {
    weight: 1,
    play: async (world) => {
      if (world.said.length === 0) return
      const { source, body } = world.chance.pick(world.said)
      await say(world, [{ ...body, traits: { age: world.chance.int(1, 99) } }], source)
    },
  },
  consent: {
    weight: 5,
    play: (world) => {
      const { chance, people, clock } = world
      return say(world, [people.consent(people.someone(), chance.often(0.6), clock.now)], 'web')
    },
  },
  split: {
    weight: 1,
    play: async (world) => {
      const id = await someProfile(world)
      const view = id === null ? null : await rules(world).profile(id)
      if (view === null || view.identifiers.length < 2) return
      const apart = [world.chance.pick(view.identifiers)]
      tell(world, `${JSON.stringify(apart)} is split from ${JSON.stringify(view.identifiers)}`)
      if ((await rules(world).split(view.id, apart, admin)) !== null) world.confirmed.push('split')
    },
  },
  erase: {
    weight: 2,
    play: async (world) => {
      const id = await someProfile(world)
      if (id === null) return
      if (world.chance.often(0.2)) await stopWriting(world)
      tell(world, `${id} is erased`)
      if ((await rules(world).erase(id, admin)) !== null) world.confirmed.push('erase')
    },
  },
  decide: {
    weight: 4,
    play: async (world) => {
      const userId = userOf(world.people.someone())
      tell(world, `asks what ${userId} is shown`)
      const context = world.chance.often(0.5) ? { context: { page: '/' } } : {}
      judgeDecide(world, await rules(world).decide({ profile: { userId }, ...context }))
    },
  },
  look: {
    weight: 4,
    alone: true,
    play: async (world) => {
      tell(world, 'looks at everybody')
      const { life } = world
      const everybody = await rules(world).listProfiles({ limit: 1_000, cursor: null })
      // What a process has told that is dead by now was told of another instant.
      await life.point('after a look at everybody')
      await judgeSegments(world, everybody)
    },
  },
  wait: { weight: 12, play: wait },
  settle: {
    weight: 12,
    play: async (world) => {
      tell(world, 'the hub works')
      await hubOf(world).settle()
    },
  },
  publish: {
    weight: 2,
    play: async (world) => {
      world.rules = writtenRules(world.chance)
      tell(world, 'publishes other rules')
      const answer = await rules(world).publish(admin)
      if ('changed' in answer && answer.changed) world.confirmed.push('publish')
    },
  },
  phase: {
    weight: 6,
    play: async (world) => {
      const [name, phase] = [world.chance.pick(toolNames), world.chance.pick(phases)]
      tell(world, `${name} goes ${phase}`)
      if ('phase' in (await rules(world).setPhase(name, phase, admin))) world.confirmed.push('phase')
    },
  },
  ...toolOperations,
}
