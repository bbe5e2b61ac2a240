import { own } from './json.ts'
import { durationMs, type IdentifierSettings, type ProfileSettings } from './settings.ts'
import { spell } from './spelling.ts'

/** How identifiers of one type are read and weighed. */
export interface IdentifierRule {
  /** 0 is the strongest. */
  readonly rank: number
  /** How many of this type one profile may have. */
  readonly limit: number
  /** Devices: seen with two people within this time, one links nobody. null: not a device. */
  readonly sharedWithinMs: number | null
  /** False: a connector's own id, as `mail:8f3c`. */
  readonly declared: boolean
  readonly region: string | undefined
  /** Whether a spelled value names nobody. */
  readonly isBlocked: (value: string) => boolean
}

const defaultSharing: Readonly<Record<string, string>> = { anonymousId: '30d' }

type Blocked = IdentifierSettings['blocked'][number]

/** Anchored text instead of regular expressions: a pattern written by a person must not be able to stall the hub. */
const matcher = (type: string, blocked: Blocked, region: string | undefined): ((value: string) => boolean) => {
  if (typeof blocked === 'string') {
    const exact = (spell(type, blocked, region) ?? blocked).toLowerCase()
    return (value) => value === exact
  }
  const pattern = blocked.pattern.toLowerCase()
  const prefix = pattern.startsWith('^')
  const suffix = pattern.endsWith('$')
  const text = pattern.slice(prefix ? 1 : 0, suffix ? -1 : undefined)
  if (prefix && suffix) return (value) => value === text
  return prefix ? (value) => value.startsWith(text) : (value) => value.endsWith(text)
}

const declaredRule = (type: string, rank: number, settings: IdentifierSettings): IdentifierRule => {
  const matchers = settings.blocked.map((blocked) => matcher(type, blocked, settings.region))
  const sharedWithin = settings.sharedWithin ?? own(defaultSharing, type)
  return {
    rank,
    limit: settings.limit,
    sharedWithinMs: sharedWithin === undefined ? null : durationMs(sharedWithin),
    declared: true,
    region: settings.region,
    isBlocked: (value) => matchers.length > 0 && matchers.some((matches) => matches(value.toLowerCase())),
  }
}

interface RuleTable {
  readonly declared: ReadonlyMap<string, IdentifierRule>
  readonly undeclared: IdentifierRule
}

const ruleTable = (settings: ProfileSettings): RuleTable => {
  const types = Object.entries(settings.identifiers)
  return {
    declared: new Map(types.map(([type, entry], rank) => [type, declaredRule(type, rank, entry)])),
    undeclared: {
      rank: types.length,
      limit: 1,
      sharedWithinMs: null,
      declared: false,
      region: undefined,
      isBlocked: () => false,
    },
  }
}

const tables = new WeakMap<ProfileSettings, RuleTable>()

/** The rule of a type. Types that profile.yaml does not declare are connectors' own ids: after all others, one to a profile. */
export const identifierRule = (settings: ProfileSettings, type: string): IdentifierRule => {
  const table = tables.get(settings) ?? ruleTable(settings)
  tables.set(settings, table)
  return table.declared.get(type) ?? table.undeclared
}
