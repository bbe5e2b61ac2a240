import { type Erasure, nameOf } from './history.ts'
import { userOf } from './people.ts'
import type { World } from './world.ts'

/** What would tell of somebody: their identifiers, and the names that only they go by. */
const tracesOf = ({ history }: World, { nodes }: Erasure): readonly string[] =>
  nodes.flatMap((node) => {
    const { type, value } = history.identifiers.get(node) ?? { type: '', value: '' }
    const person = type === 'userId' ? value.slice(userOf(0).length - 1) : null
    return person === null ? [value] : [value, `Name-${person}-`]
  })

/** Values of erased people that nobody has said since, and nobody else ever: they must be nowhere. */
const buried = async (world: World): Promise<readonly { readonly value: string; readonly at: number }[]> => {
  const { history } = world
  const stored = await history.store.messagesAfter(0, 100_000)
  return history.erasures.flatMap((erasure) => {
    const earlier = new Set(history.messages.slice(0, erasure.after).map(nameOf))
    const own = (message: (typeof stored)[number]) =>
      earlier.has(nameOf(message)) && erasure.nodes.includes(history.subjects.get(nameOf(message)) ?? '')
    const others = stored.filter((message) => !own(message)).map(({ body }) => body)
    const says = (value: string) => others.some((body) => body.includes(`"${value}`))
    return tracesOf(world, erasure).flatMap((value) => (says(value) ? [] : [{ value, at: erasure.at }]))
  })
}

/** Invariant 10: who is erased is in no table, and every tool that was sent them was told. `dump` is of the closed store. */
export const judgeErased = async (world: World): Promise<(dump: readonly string[]) => void> => {
  const { history, tools } = world
  const values = await buried(world)
  for (const { value, at } of values)
    for (const tool of tools)
      if (tool.told.has(value) && tool.restoredAt < at)
        history.violations.push(`${tool.name} was sent ${value}, and never told that they were erased`)
  return (dump) => {
    for (const { value } of values) {
      const trace = dump.find((row) => row.includes(value))
      if (trace !== undefined) history.violations.push(`${value} was erased, and stands in ${trace}`)
    }
  }
}
