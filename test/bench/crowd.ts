import { setImmediate } from 'node:timers/promises'
import { nodeId } from '../../core/profile/node.ts'
import type { ChangeSet } from '../../core/store/change-set.ts'
import type { Store } from '../../core/store/port.ts'
import { hubInABox } from '../support/hub.ts'
import { createMessages, emailOf, userOf } from './messages.ts'
import { benchHubSettings, profileConfig } from './registry.ts'
import { sized } from './size.ts'

/** What a customer is called in the store. */
interface Names {
  readonly user: string
  readonly email: string
  readonly userNode: string
  readonly emailNode: string
}
const namesOf = (person: number): Names => {
  const [user, email] = [userOf(person), emailOf(person)]
  const key = `leitstern:${benchHubSettings.name}`
  return {
    user,
    email,
    userNode: nodeId(key, { type: 'userId', value: user }),
    emailNode: nodeId(key, { type: 'email', value: email }),
  }
}
/** Lists in a component are sorted by node: a copy has to keep the order. */
const isUserFirst = ({ userNode, emailNode }: Names): boolean => userNode < emailNode

/** All that the hub stored of one customer, as text, in which the names are to be replaced. */
interface Template {
  readonly names: Names
  readonly text: string
  readonly decisions: readonly string[]
}
const templateCount = sized(200, 10)
/** Long numbers: none is the beginning of another one's name. */
const firstTemplate = 900_000_000
const seed = 31
const hour = 3_600_000

const copyOf = ({ names, text, decisions }: Template, person: number, own: Names): ChangeSet => {
  const replaced = [
    [names.userNode, own.userNode],
    [names.emailNode, own.emailNode],
    [names.email, own.email],
    [names.user, own.user],
    [`m-${seed}-`, `m-${seed}-${person}-`],
    ...decisions.map((id, index) => [id, `${person.toString(16).padStart(id.length - 2, '0')}0${index}`] as const),
  ] as const
  const change: ChangeSet = JSON.parse(replaced.reduce((copy, [from, to]) => copy.replaceAll(from, to), text))
  return change
}

const merged = (changes: readonly ChangeSet[]): ChangeSet => {
  const lists = new Map<string, unknown[]>()
  for (const change of changes)
    for (const [name, list] of Object.entries(change))
      if (Array.isArray(list)) lists.set(name, (lists.get(name) ?? []).concat(list))
  return Object.fromEntries(lists)
}

/**
 * Fills a store with customers: some are told of to a hub, which folds and decides them; all others are copies of
 * what it stored, under their own names. A million take minutes instead of the better part of an hour.
 */
export const fillCrowd = async (
  store: Store,
  people: number,
  registry: Record<string, unknown>,
  now: number,
): Promise<void> => {
  let latest: ChangeSet = {}
  const box = await hubInABox({
    hub: benchHubSettings,
    profile: profileConfig,
    registry,
    clock: { now },
    store: {
      ...store,
      commit: async (change) => {
        latest = change
        await store.commit(change)
      },
    },
  })
  const messages = createMessages(people, seed, () => now - hour)
  const [userFirst, emailFirst]: [Template[], Template[]] = [[], []]
  const fitting = (names: Names) => (isUserFirst(names) ? userFirst : emailFirst)
  for (let index = 0; index < templateCount; index++) {
    const person = firstTemplate + index
    await box.say(messages.identify(person), messages.track(person), messages.track(person))
    const names = namesOf(person)
    const decisions = (latest.decisions ?? []).map(({ id }) => id)
    fitting(names).push({ names, text: JSON.stringify(latest), decisions })
  }
  const perCommit = 500
  for (let from = 0; from < people; from += perCommit) {
    const copies: ChangeSet[] = []
    for (let person = from; person < Math.min(people, from + perCommit); person++) {
      const names = namesOf(person)
      const templates = fitting(names)
      const template = templates[person % templates.length]
      if (template !== undefined) copies.push(copyOf(template, person, names))
    }
    await store.commit(merged(copies))
    // Whoever asked may be gone meanwhile: that has to be noticed.
    await setImmediate()
  }
  await box.close()
}
