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
const isIn = (members: readonly Member[], campaign: string, person: string) =>
  members.find((member) => member.campaign === campaign && member.person === person)
const isFine = ({ success, errors }: Result) =>
  success || errors.some(({ statusCode }) => ['DUPLICATE_VALUE', 'ENTITY_IS_DELETED'].includes(statusCode))

/** Moves people into their campaigns and out of them. Answers with the people for whom that failed. */
export const move = async (ctx: Wire, moves: readonly Move[], campaigns: Campaigns): Promise<ReadonlySet<string>> => {
  const idsOf = (memberships: readonly Membership[]) =>
    memberships.flatMap(({ name }) => campaignNamed(campaigns, name) ?? [])
  const touched = new Set(moves.flatMap(({ change }) => idsOf([...change.join, ...change.leave])))
  const people = moves.map(({ person }) => person)
  const members = await membersOf(ctx, [...touched], people)
  const joins = moves.flatMap(({ change, person }) =>
    idsOf(change.join)
      .filter((id) => !isIn(members, id, person))
      .map((CampaignId) => ({ CampaignId, [personField(ctx)]: person })),
  )
  const leaves = moves.flatMap(({ change, person }) =>
    idsOf(change.leave).flatMap((id) => isIn(members, id, person) ?? []),
  )
  const joined = await create(ctx, 'CampaignMember', joins)
  const left = await remove(
    ctx,
    leaves.map(({ id }) => id),
  )
  const failed = (results: readonly Result[], index: number) => {
    const found = results[index]
    return found === undefined || !isFine(found)
  }
  return new Set([
    ...joins.filter((_, index) => failed(joined, index)).map((joining) => String(joining[personField(ctx)])),
    ...leaves.filter((_, index) => failed(left, index)).map(({ person }) => person),
  ])
}
