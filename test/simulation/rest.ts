import { goTo } from './operations.ts'
import { hubOf, tell, type World } from './world.ts'

const admin = { name: 'admin' }
const quarterMs = 900_000
const settled = async (world: World, times: number, stepMs = quarterMs): Promise<void> => {
  for (let time = 0; time < times; time++) {
    goTo(world, world.clock.now + stepMs)
    await hubOf(world).settle()
  }
}
/** What fell due at the last instant is done too, by tools that work in jobs. */
const finished = async (world: World): Promise<void> => {
  for (const tool of world.tools) tool.hurry(true)
  await settled(world, 1)
  await settled(world, 4, 2_000)
  for (const tool of world.tools) tool.hurry(false)
}

/** Faults end and time goes on, until there is nothing left to do. */
export const comeToRest = async (world: World): Promise<void> => {
  const { operations } = hubOf(world)
  tell(world, 'faults end')
  world.life.spare()
  for (const tool of world.tools) tool.fail(null, 0)
  for (const { name } of world.tools) await operations.check(name)
  await settled(world, 2)
  for (const { name } of world.tools) await operations.replay(name, admin)
  await settled(world, 3)
  for (const tool of world.tools)
    for (const email of [...tool.paper.cards.keys()])
      if (world.chance.often(0.3)) tool.edit(email, 'HEAD', 'by hand at the end')
  for (const { name } of world.tools) await operations.pull(name)
  await settled(world, 3)
  await finished(world)
}

/** What is owed to a tool that may not be written is paid once it may. */
export const everybodyLive = async (world: World): Promise<void> => {
  const { operations } = hubOf(world)
  tell(world, 'every tool goes live')
  for (const { name } of world.tools) await operations.setPhase(name, 'observe', admin)
  await settled(world, 2)
  for (const { name } of world.tools) {
    const answer = await operations.setPhase(name, 'live', admin)
    if ('phase' in answer) world.confirmed.push('phase')
    await operations.check(name)
  }
  await comeToRest(world)
}
