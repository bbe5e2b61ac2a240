import { z } from 'zod'
import type { Change, Membership } from '../../core/contract/change.ts'
import { create, type Result, remove } from './collection.ts'
import type { Wire } from './settings.ts'
import { among, listsOf, query } from './soql.ts'

const campaign = z.object({ Id: z.string(), Name: z.string() })

/** Campaigns by name. Salesforce lets several have the same, so that there may be more than one. */
export const lookUpCampaigns = async (
  ctx: Wire,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const found = new Map<string, readonly string[]>()
  for (const list of listsOf(names))
    for (const { Id, Name } of await query(ctx, `SELECT Id,Name FROM Campaign WHERE Name IN ${among(list)}`, campaign))
      found.set(Name, [...(found.get(Name) ?? []), Id])
  return found
}
export type Campaigns = Awaited<ReturnType<typeof lookUpCampaigns>>
/** The one campaign of that name; `null`: there is none, or more than one. */
export const campaignNamed = (campaigns: Campaigns, name: string): string | null => {
  const [id, ...others] = campaigns.get(name) ?? []
  return id === undefined || others.length > 0 ? null : id
}
/** Why nobody can enter or leave, or `null`. */
export const campaignProblem = (campaigns: Campaigns, { name }: Membership, joins: boolean): string | null => {
  const count = campaigns.get(name)?.length ?? 0
  if (count > 1) return `Salesforce has ${count} campaigns called "${name}": rename all but one`
  return count === 0 && joins ? `Salesforce has no campaign "${name}": set the connector up` : null
}

export interface Member {
  readonly id: string
  readonly campaign: string
  readonly person: string
}
const row = z.looseObject({ Id: z.string(), CampaignId: z.string() })
const memberOf = (field: string) =>
  row.transform((found): Member => ({ id: found.Id, campaign: found.CampaignId, person: String(found[field] ?? '') }))
const personField = ({ settings: { object } }: Wire) => `${object}Id`

/** Who of these is in which of those campaigns. */
export const membersOf = async (
  ctx: Wire,
  campaigns: readonly string[],
  people: readonly string[],
): Promise<readonly Member[]> => {
  if (campaigns.length === 0) return []
  const field = personField(ctx)
  const found: Member[] = []
  for (const list of listsOf(people)) {
    const where = `CampaignId IN ${among(campaigns)} AND ${field} IN ${among(list)}`
    found.push(
      ...(await query(ctx, `SELECT Id,CampaignId,${field} FROM CampaignMember WHERE ${where}`, memberOf(field))),
    )
  }
  return found
}

/** Somebody who enters or leaves; `person` is Salesforce's own id. */
export interface Move {
  readonly change: Change
  readonly person: string
}
const isFine = ({ success, errors }: Result) =>
  success || errors.some(({ statusCode }) => ['DUPLICATE_VALUE', 'ENTITY_IS_DELETED'].includes(statusCode))
/** The people whose result, in the same place, is no good one. */
const failedAmong = (people: readonly string[], done: readonly Result[]): readonly string[] =>
  people.filter((_, index) => {
    const found = done[index]
    return found === undefined || !isFine(found)
  })

const joinAll = async (
  ctx: Wire,
  joins: readonly Pick<Member, 'campaign' | 'person'>[],
): Promise<readonly string[]> => {
  const rows = joins.map(({ campaign: CampaignId, person }) => ({ CampaignId, [personField(ctx)]: person }))
  const done = await create(ctx, 'CampaignMember', rows)
  return failedAmong(
    joins.map(({ person }) => person),
    done,
  )
}
const leaveAll = async (ctx: Wire, leaves: readonly Member[]): Promise<readonly string[]> => {
  const done = await remove(
    ctx,
    leaves.map(({ id }) => id),
  )
  return failedAmong(
    leaves.map(({ person }) => person),
    done,
  )
}

/** Moves people into their campaigns and out of them. Answers with the people for whom that failed. */
export const move = async (ctx: Wire, moves: readonly Move[], campaigns: Campaigns): Promise<ReadonlySet<string>> => {
  const placesOf = (side: 'join' | 'leave') =>
    moves.flatMap(({ change, person }) =>
      change[side].flatMap(({ name }) => {
        const id = campaignNamed(campaigns, name)
        return id === null ? [] : [{ campaign: id, person }]
      }),
    )
  const [joins, leaves] = [placesOf('join'), placesOf('leave')]
  const touched = new Set([...joins, ...leaves].map(({ campaign: id }) => id))
  const members = await membersOf(
    ctx,
    [...touched],
    moves.map(({ person }) => person),
  )
  const memberAt = (place: Pick<Member, 'campaign' | 'person'>) =>
    members.find((one) => one.campaign === place.campaign && one.person === place.person)
  const notIn = joins.filter((place) => memberAt(place) === undefined)
  const still = leaves.flatMap((place) => memberAt(place) ?? [])
  return new Set([...(await joinAll(ctx, notIn)), ...(await leaveAll(ctx, still))])
}
