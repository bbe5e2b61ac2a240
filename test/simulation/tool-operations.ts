import { toolNames } from './hub-config.ts'
import type { Operation } from './operation.ts'
import { emailOf } from './people.ts'
import { troubles } from './trouble.ts'
import { hubOf, tell, type World } from './world.ts'

const hourMs = 3_600_000
const admin = { name: 'admin' }
const rules = (world: World) => hubOf(world).operations

/** What happens in the tools, and between them and the hub. */
export const toolOperations: Readonly<Record<string, Operation>> = {
  trouble: {
    weight: 4,
    play: async (world) => {
      const tool = world.chance.pick(world.tools)
      const [trouble, share] = [world.chance.pick([...troubles, null, null]), world.chance.pick([0.3, 1])]
      tell(world, `${tool.name} fails: ${trouble}, ${share}`)
      tool.fail(trouble, share)
    },
  },
  check: {
    weight: 3,
    play: async (world) => {
      const name = world.chance.pick(toolNames)
      tell(world, `checks ${name}`)
      await rules(world).check(name)
    },
  },
  replay: {
    weight: 1,
    play: async (world) => {
      const name = world.chance.pick(toolNames)
      tell(world, `replays ${name}`)
      await rules(world).replay(name, admin)
    },
  },
  pull: {
    weight: 4,
    play: async (world) => {
      const { chance, tools, clock, people } = world
      const tool = chance.pick(tools)
      const person = people.someone()
      const at = new Date(clock.now).toISOString()
      const endsAt = new Date(clock.now + chance.int(1, 30) * 24 * hourMs).toISOString()
      const identifiers = [{ type: 'email', value: emailOf(person) }]
      const said = { kind: 'contact' as const, id: `c${person}`, at, identifiers, remoteId: `r-${tool.name}-${person}` }
      tool.paper.feed.push({ ...said, fields: { SUBEND: endsAt }, consent: chance.pick([true, false, undefined]) })
      tell(world, `${tool.name} tells of ${emailOf(person)}, and is looked at`)
      await rules(world).pull(tool.name)
    },
  },
  edit: {
    weight: 4,
    play: async (world) => {
      const { chance, tools, people } = world
      const [tool, email] = [chance.pick(tools), emailOf(people.someone())]
      const field = chance.pick(['HEAD', 'HEAD', 'OFFER', 'NAME', 'SUBEND', 'THEIRS'])
      tell(world, `somebody edits ${field} of ${email} in ${tool.name}`)
      tool.edit(email, field, `by hand ${chance.int(1, 999)}`)
    },
  },
  remove: {
    weight: 1,
    play: async (world) => {
      const [tool, email] = [world.chance.pick(world.tools), emailOf(world.people.someone())]
      tell(world, `somebody deletes ${email} in ${tool.name}`)
      tool.remove(email)
    },
  },
  backup: {
    weight: 1,
    play: async (world) => {
      const tool = world.chance.pick(world.tools)
      if (world.chance.often(0.6)) return tool.backUp()
      tell(world, `${tool.name} is restored from a backup`)
      tool.restore()
      await rules(world).check(tool.name)
    },
  },
  fight: {
    weight: 2,
    play: async (world) => {
      const { chance, tools, clock, history } = world
      const tool = chance.pick(tools)
      const { items } = await history.store.contactsPage(tool.name, 100, null)
      const held = items.filter(({ aim, observed }) => aim === 'hold' && observed !== null)
      if (held.length === 0) return
      const { key } = chance.pick(held)
      tell(world, `somebody changes HEAD of ${key.value} in ${tool.name} whenever we do`)
      for (let round = 0; round < 6; round++) {
        tool.edit(key.value, 'HEAD', `by hand ${chance.int(1, 999)}`)
        clock.now += chance.int(10_000, hourMs)
        await rules(world).pull(tool.name)
        await hubOf(world).settle()
      }
    },
  },
}
