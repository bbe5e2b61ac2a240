import { z } from 'zod'
import type { Change, Outcome, Receipt } from '../../core/contract/change.ts'
import { type Told, tell } from './api.ts'
import { lookUpCustomers } from './lookup.ts'
import { hasTag } from './map.ts'
import { isPossible, isStandard, keyOf } from './metafield.ts'
import { type Mutation, moveTags, mutationsAtOnce, setCustomer, together } from './mutations.ts'
import type { Wire } from './settings.ts'
import { verdictOf } from './verdict.ts'
import { entriesOf, writeMetafields } from './write-metafields.ts'

type Outcomes = ReadonlyMap<string, Outcome>

/** A comma would make two tags of one. */
export const isPossibleTag = (name: string): boolean => /^[^,]{1,255}$/.test(name) && name.trim() === name

const problemOf = ({ fields, join }: Change, own: string): Outcome | null => {
  const names = Object.keys(fields).filter((name) => !isStandard(name))
  const odd = names.find((name) => !isPossible(keyOf(name, own)))
  if (odd !== undefined) return { status: 'rejected', reason: `Shopify has no metafield called ${odd}`, field: odd }
  const tag = join.find(({ name }) => !isPossibleTag(name))
  return tag ? { status: 'rejected', reason: `Shopify cannot keep the tag "${tag.name}"` } : null
}

const tellAll = async (ctx: Wire, what: string, mutations: readonly Mutation[]): Promise<Told> => {
  const told: Told[] = []
  for (let from = 0; from < mutations.length; from += mutationsAtOnce)
    told.push(await tell(ctx, what, together(mutations.slice(from, from + mutationsAtOnce))))
  return {
    data: Object.fromEntries(told.flatMap(({ data }) => Object.entries(data))),
    problems: told.flatMap(({ problems }) => problems),
  }
}

const saved = z.object({ customer: z.object({ id: z.string() }) })
interface Saving {
  readonly contact: string
  readonly mutation: Mutation
}
const savingOf = (change: Change, owner: string | undefined, alias: string): Saving | null => {
  const own = Object.entries(change.fields).filter(([name]) => isStandard(name))
  const input = Object.fromEntries(own.map(([name, value]) => [name, value === '' ? null : value]))
  const contact = change.contact.id
  if (owner === undefined && !change.create) return null
  if (owner !== undefined && own.length === 0) return null
  const email = change.contact.key.value
  const identifier = owner === undefined ? { email } : { id: owner }
  return { contact, mutation: setCustomer(alias, identifier, owner === undefined ? { ...input, email } : input) }
}
/** Standard fields, and whoever is new. Fills in the ids of the new ones. */
const saveCustomers = async (ctx: Wire, changes: readonly Change[], owners: Map<string, string>): Promise<Outcomes> => {
  const savings = changes.flatMap((change, index) => savingOf(change, owners.get(change.contact.id), `m${index}`) ?? [])
  const mutations = savings.map(({ mutation }) => mutation)
  const told = await tellAll(ctx, `writing ${mutations.length} customers`, mutations)
  const problems = new Map<string, Outcome>()
  for (const { contact, mutation } of savings) {
    const verdict = verdictOf(mutation.alias, told, saved)
    if ('done' in verdict) owners.set(contact, verdict.done.customer.id)
    else problems.set(contact, verdict)
  }
  return problems
}

const tagged = z.object({ node: z.object({ tags: z.array(z.string()) }) })
interface Move extends Saving {
  readonly names: readonly string[]
  readonly isIn: boolean
}
const movesOf = ({ contact, join, leave }: Change, owner: string, index: number): readonly Move[] =>
  ([[`j${index}`, 'tagsAdd', join] as const, [`l${index}`, 'tagsRemove', leave] as const] as const).flatMap(
    ([alias, name, list]) => {
      const names = list.map((membership) => membership.name).filter(isPossibleTag)
      const mutation = moveTags(alias, name, owner, names)
      return names.length > 0 ? [{ contact: contact.id, mutation, names, isIn: name === 'tagsAdd' }] : []
    },
  )
/** What is added and removed is seen in the tags that the answer shows. */
const writeTags = async (ctx: Wire, changes: readonly Change[], owners: ReadonlyMap<string, string>) => {
  const moves = changes.flatMap((change, index) => movesOf(change, owners.get(change.contact.id) ?? '', index))
  const mutations = moves.map(({ mutation }) => mutation)
  const told = await tellAll(ctx, 'adding and removing tags', mutations)
  return new Map(
    moves.flatMap(({ contact, mutation, names, isIn }): (readonly [string, Outcome])[] => {
      const verdict = verdictOf(mutation.alias, told, tagged)
      if (!('done' in verdict)) return [[contact, verdict]]
      const { tags } = verdict.done.node
      const isDone = names.every((name) => hasTag(tags, name) === isIn)
      return isDone ? [] : [[contact, { status: 'retry', reason: 'Shopify did not confirm the tags' }]]
    }),
  )
}

const isEmpty = ({ fields, join, leave }: Change) => Object.keys(fields).length + join.length + leave.length === 0
const settled = (change: Change, remoteId: string | undefined, wasThere: boolean): Outcome => {
  if (remoteId === undefined) return { status: 'skipped', reason: 'Shopify has no such customer' }
  return { status: wasThere && isEmpty(change) ? 'unchanged' : 'applied', remoteId }
}

export const push = async (ctx: Wire, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const own = ctx.settings.namespace
  const known = await lookUpCustomers(
    ctx,
    changes.map(({ contact }) => contact),
  )
  const owners = new Map([...known].map(([contact, { id }]) => [contact, id]))
  const problems = new Map<string, Outcome>()
  const add = (found: Iterable<readonly [string, Outcome]>) => {
    for (const [contact, problem] of found) problems.set(contact, problem)
  }
  const sound = () => changes.filter(({ contact }) => !problems.has(contact.id))
  const there = () => sound().filter(({ contact }) => owners.has(contact.id))

  for (const change of changes) {
    const problem = problemOf(change, own)
    if (problem) problems.set(change.contact.id, problem)
  }
  add(await saveCustomers(ctx, sound(), owners))
  add(await writeTags(ctx, there(), owners))
  const entries = there().flatMap((change) => entriesOf(change, owners.get(change.contact.id) ?? '', own))
  add(await writeMetafields(ctx, entries))
  return changes.map((change) => {
    const { id } = change.contact
    return { contact: id, ...(problems.get(id) ?? settled(change, owners.get(id), known.has(id))) }
  })
}
