import type { Component } from '../profile/component.ts'
import { componentOf, type FoldSettings } from '../profile/fold.ts'
import type { Message } from '../profile/message.ts'
import { nodeIds } from '../profile/node.ts'
import type { Told } from '../store/stored.ts'

/** What messages say: the components that they are by themselves, and the entries of their subjects' timelines. */
export interface Said {
  readonly components: readonly Component[]
  readonly told: readonly Told[]
}

/** Reads messages one by one. Those that name nobody say nothing of anybody. */
export const saidIn = (messages: readonly Message[], how: FoldSettings): Said => {
  const components: Component[] = []
  const told: Told[] = []
  for (const message of messages) {
    const [node] = nodeIds(how.identityKey, message.identifiers)
    const component = componentOf(message, how)
    if (node === undefined || component === null) continue
    components.push(component)
    const { at, source, id } = message
    told.push({ node, at, source, message: id, event: component.events[0] ?? null })
  }
  return { components, told }
}
