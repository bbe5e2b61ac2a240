import type { Chance } from './chance.ts'
import { createWorld } from './create-world.ts'
import { dumpOf, scratchFile } from './dump.ts'
import { judgeEnd } from './end-check.ts'
import { judgeErased } from './erased-check.ts'
import { judgeKept } from './kept-check.ts'
import type { Operation } from './operation.ts'
import { operations, reopen } from './operations.ts'
import { comeToRest, everybodyLive } from './rest.ts'
import type { Sometimes } from './sometimes.ts'
import { hubOf, openHub, tell, type World } from './world.ts'

/** How a run went: its log, and what must never be seen and was. */
export interface Run {
  readonly log: readonly string[]
  readonly violations: readonly string[]
}
const steps = 60
/** Where a crash does most harm, if anywhere. */
const delicate = ['before commit', 'after commit', 'before push', 'after push', 'after erase', 'after read'] as const
/** A store in a file is slower, and can be looked into afterwards. Odd, so that both halves of the seeds have their share. */
const filesEvery = 5

const drawn = (chance: Chance): Operation => {
  const all = Object.values(operations)
  let place = chance.int(
    1,
    all.reduce((sum, { weight }) => sum + weight, 0),
  )
  for (const operation of all) {
    place -= operation.weight
    if (place <= 0) return operation
  }
  throw new Error('drawing an operation: the weights do not add up')
}

const seeCrash = (world: World, place: string): void => {
  const { sometimes } = world
  tell(world, `the hub died ${place}`)
  if (place === 'before commit') sometimes.reached('a crash fell between load and commit')
  if (place === 'after commit') sometimes.reached('a crash fell between commit and answer')
  if (place === 'after push') sometimes.reached('a crash fell between send and acknowledgement')
}
const seeHealth = async (world: World): Promise<void> => {
  for (const { health } of await hubOf(world).operations.connectors())
    if (health === 'failing') world.sometimes.reached('a breaker opened')
}

/** One to three things at once. */
const happen = async (world: World): Promise<void> => {
  const { chance, life } = world
  const chosen = Array.from({ length: chance.pick([1, 1, 2, 3]) }, () => drawn(chance))
  const alone = chosen.find((operation) => operation.alone)
  await Promise.all((alone === undefined ? chosen : [alone]).map((operation) => operation.play(world)))
  // What happened in a process that has died goes no further: the next one is not its to look at, or to close.
  await life.point('after what happened')
  await seeHealth(world)
  await life.point('before the end')
  if (!chance.often(0.04)) return
  tell(world, 'the hub is closed')
  await hubOf(world).close()
  world.flow = null
}

/** Something happens, during which the hub may die; where it is down after that it is opened again. */
const step = async (world: World): Promise<void> => {
  const { chance, life, clock } = world
  if (chance.often(0.08)) life.doom(chance.int(1, 60))
  if (chance.often(0.08)) life.doomAt(chance.pick(delicate))
  const crash = await Promise.race([happen(world), life.ended])
  if (typeof crash === 'string') {
    seeCrash(world, crash)
    await judgeKept(world)
  }
  if (typeof crash === 'string' || world.flow === null) await reopen(world)
  else clock.now += chance.int(0, 5_000)
}

/** The stages of a run, each only while nothing was seen that must not be. */
const stages: readonly ((world: World) => Promise<unknown>)[] = [
  ...Array.from({ length: steps }, () => step),
  comeToRest,
  judgeKept,
  judgeEnd,
  everybodyLive,
  judgeKept,
  judgeEnd,
]
const live = async (world: World): Promise<void> => {
  await openHub(world)
  for (const stage of stages) if (world.history.violations.length === 0) await stage(world)
}

/** One whole life of a hub, as one number determines it: troubles, then rest, then the reckoning. */
export const simulate = async (seed: number, sometimes: Sometimes): Promise<Run> => {
  const scratch = seed % filesEvery === 0 ? scratchFile() : null
  const world = createWorld(seed, sometimes, scratch?.path ?? null)
  const { history, log } = world
  try {
    await live(world)
    const judgeDump = history.violations.length === 0 ? await judgeErased(world) : () => {}
    await history.store.close()
    if (scratch !== null) judgeDump(dumpOf(scratch.path))
  } catch (error) {
    history.violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  scratch?.remove()
  return { log, violations: history.violations }
}
