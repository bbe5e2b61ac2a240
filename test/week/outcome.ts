import type { ContactState } from '../../core/deliver/contact.ts'
import { shown, type WeekTool } from './tool.ts'
import type { Week } from './week.ts'

/** What a tool should hold, by the name under which it shows it. */
const wishes = ({ desired }: ContactState): readonly (readonly [string, unknown])[] => [
  ...Object.entries(desired?.fields ?? {}),
  ...(desired?.memberships ?? []).map(({ kind, name, member }) => [`${kind}/${name}`, member] as const),
]
/** How things stand in one tool once all is over. */
export interface Outcome {
  /** Who should hold something. */
  readonly wanted: number
  /** Who is in the tool more than once. */
  readonly doubled: readonly string[]
  /** What is not there as wanted, of whom the tool has not refused. */
  readonly wrong: readonly string[]
  /** Who waits still, refused by nobody. */
  readonly waiting: readonly string[]
  /** Whom the hub has given up, with the reason. */
  readonly dead: ReadonlyMap<string, string>
}

/** Compares what the hub wants of every contact with what a person would see in the tool. */
export const outcomeOf = async (week: Week, tool: WeekTool): Promise<Outcome> => {
  const contacts = await week.contacts(tool.use)
  const there = tool.sandbox.contacts().map((contact) => [contact.email.toLowerCase(), contact] as const)
  const held = new Map(there)
  const alive = contacts.filter(({ dead }) => dead === null)
  const wrong = alive.flatMap((state) => {
    const contact = held.get(state.key.value)
    if (contact === undefined) return [`${state.key.value} is not there`]
    return wishes(state).flatMap(([name, value]) => {
      const found = shown(contact, name)
      return String(found) === String(value) ? [] : [`${state.key.value}: ${name} is ${found}, not ${value}`]
    })
  })
  return {
    wanted: alive.filter((state) => wishes(state).length > 0).length,
    doubled: there.filter(([email, contact]) => held.get(email) !== contact).map(([email]) => email),
    wrong,
    waiting: alive.filter(({ dirtyAt }) => dirtyAt !== null).map(({ key }) => key.value),
    dead: new Map(contacts.flatMap(({ key, dead }) => (dead === null ? [] : [[key.value, dead]]))),
  }
}
