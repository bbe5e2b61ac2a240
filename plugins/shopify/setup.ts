import { z } from 'zod'
import type { Needs, SetupReport, ToolField } from '../../core/contract/connector.ts'
import { ask, tell } from './api.ts'
import { subscriptions } from './documents.ts'
import { lookUpFields } from './lookup.ts'
import { isPossible, keyOf, typeFor } from './metafield.ts'
import { createDefinition, type Mutation, mutationsAtOnce, subscribe, together } from './mutations.ts'
import { isPossibleTag } from './push.ts'
import type { Wire } from './settings.ts'
import { verdictOf } from './verdict.ts'
import { topics } from './webhook.ts'

/** Something to create, and how a report calls it. */
interface Wanted {
  readonly label: string
  readonly mutation: Mutation
}
const none: SetupReport = { created: [], present: [], manual: [] }

/** Creates them in as few calls as may be, and says of each what came of it. */
const createAll = async (ctx: Wire, wanted: readonly Wanted[]): Promise<SetupReport> => {
  const [created, manual]: [string[], string[]] = [[], []]
  for (let from = 0; from < wanted.length; from += mutationsAtOnce) {
    const some = wanted.slice(from, from + mutationsAtOnce)
    const told = await tell(ctx, 'setting the shop up', together(some.map(({ mutation }) => mutation)))
    for (const { label, mutation } of some) {
      const verdict = verdictOf(mutation.alias, told, z.object({}))
      if ('done' in verdict) created.push(label)
      else manual.push(`${label} was not created: ${'reason' in verdict ? verdict.reason : 'no reason given'}`)
    }
  }
  return { created, present: [], manual }
}

const isOfType = ({ type }: ToolField, need: ToolField) =>
  type === need.type || (type === 'text' && need.type === 'url')
const definitionOf = (need: ToolField, own: string, index: number): Wanted => ({
  label: `metafield ${need.name}`,
  mutation: createDefinition(`d${index}`, {
    ...keyOf(need.name, own),
    name: need.label,
    type: typeFor[need.type],
    ownerType: 'CUSTOMER',
  }),
})
const setUpFields = async (ctx: Wire, needs: readonly ToolField[]): Promise<readonly SetupReport[]> => {
  const own = ctx.settings.namespace
  const there = new Map((await lookUpFields(ctx)).map((field) => [field.name, field]))
  const missing = needs.filter(({ name }) => !there.has(name))
  const [possible, impossible] = [true, false].map((wanted) =>
    missing.filter(({ name }) => isPossible(keyOf(name, own)) === wanted),
  )
  const known = needs.flatMap((need) => {
    const field = there.get(need.name)
    return field ? [{ need, field, fits: isOfType(field, need) }] : []
  })
  const report = {
    created: [],
    present: known.filter(({ fits }) => fits).map(({ need }) => `metafield ${need.name}`),
    manual: [
      ...known
        .filter(({ fits }) => !fits)
        .map(
          ({ need, field }) => `metafield ${need.name} is ${field.type}, but must take ${need.type}: map to another`,
        ),
      ...(impossible ?? []).map(
        ({ name }) => `metafield ${name} cannot be created: Shopify takes 2 to 64 letters, digits, _ and -`,
      ),
    ],
  }
  return [
    report,
    await createAll(
      ctx,
      (possible ?? []).map((need, index) => definitionOf(need, own, index)),
    ),
  ]
}

const tagReport = (names: readonly string[]): SetupReport => ({
  created: [],
  present: names.filter(isPossibleTag).map((name) => `tag ${name}, which comes into being with its first customer`),
  manual: names
    .filter((name) => !isPossibleTag(name))
    .map((name) => `tag ${name} cannot be: map to one without commas`),
})

const page = z.object({
  webhookSubscriptions: z.object({
    nodes: z.array(z.object({ topic: z.string(), uri: z.string() })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
  }),
})
/** The topics that already lead to this address. */
const lookUpTopics = async (ctx: Wire, uri: string, after: string | null = null): Promise<readonly string[]> => {
  const { webhookSubscriptions } = await ask(ctx, 'reading webhook subscriptions', subscriptions(after), page)
  const own = webhookSubscriptions.nodes.filter((node) => node.uri === uri).map(({ topic }) => topic)
  const { hasNextPage, endCursor } = webhookSubscriptions.pageInfo
  return hasNextPage && endCursor ? [...own, ...(await lookUpTopics(ctx, uri, endCursor))] : own
}
const setUpWebhooks = async (ctx: Wire): Promise<readonly SetupReport[]> => {
  const { webhookUrl: uri } = ctx.settings
  if (uri === undefined) {
    const manual = ['webhooks: set webhookUrl and webhookSecret and set up again; until then only pulls bring news']
    return [{ ...none, manual }]
  }
  const there = await lookUpTopics(ctx, uri)
  const missing = Object.keys(topics).filter((topic) => !there.includes(topic))
  const wanted = missing.map((topic, index) => ({
    label: `webhook ${topic}`,
    mutation: subscribe(`w${index}`, topic, uri),
  }))
  const present = Object.keys(topics).filter((topic) => there.includes(topic))
  return [{ ...none, present: present.map((topic) => `webhook ${topic}`) }, await createAll(ctx, wanted)]
}

export const setUp = async (ctx: Wire, { fields, memberships }: Needs): Promise<SetupReport> => {
  const reports = [
    ...(await setUpFields(ctx, fields)),
    tagReport([...new Set(memberships.map(({ name }) => name))]),
    ...(await setUpWebhooks(ctx)),
  ]
  return {
    created: reports.flatMap(({ created }) => created),
    present: reports.flatMap(({ present }) => present),
    manual: reports.flatMap(({ manual }) => manual),
  }
}
