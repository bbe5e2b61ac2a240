import { checkExamples } from '../decide/example.ts'
import { allowedTraits, readMap } from '../deliver/map.ts'
import type { ConnectorSettings } from '../deliver/settings.ts'
import { checkRegistry } from '../rules/check.ts'
import { checkCondition, type Names } from '../rules/check-condition.ts'
import { type CheckSettings, keysOf } from '../rules/check-ground.ts'
import type { Condition } from '../rules/condition.ts'
import { leavesOf } from '../rules/leaves.ts'
import type { Problem as RuleProblem } from '../rules/problem.ts'
import type { Registry } from '../rules/registry.ts'
import { below, type Finding, list, nearest } from './problem.ts'

/** Connectors by key. */
type Connectors = Readonly<Record<string, ConnectorSettings>>
/** What the registry and the connectors' scopes are held to. */
export interface Ground extends Omit<CheckSettings, 'connectors'> {
  readonly connectors: Connectors
  readonly registry: Registry
  /** Declared names whose own problems are told already: that they are not among the sound ones is no second problem. */
  readonly leftOut: ReadonlySet<string>
}

const asFinding = ({ path, message, found, allowed }: RuleProblem): Finding => {
  if (allowed === undefined) return { path, message, found: found === undefined ? undefined : JSON.stringify(found) }
  const names = list(allowed)
  const near = typeof found === 'string' ? nearest(found, allowed) : undefined
  return { path, message: `${message}, allowed ${names}`, found: JSON.stringify(found), allowed: names, nearest: near }
}
const findings = (problems: readonly RuleProblem[], { leftOut }: Ground): Finding[] =>
  problems.filter(({ found }) => typeof found !== 'string' || !leftOut.has(found)).map(asFinding)

/** What the kinds of the registry say about each other, the profile and the connectors. */
export const checkRules = (ground: Ground): Finding[] => {
  const connectors = Object.entries(ground.connectors).map(([key, { channel, map }]) => ({
    key,
    channel,
    map: [...allowedTraits(readMap(map, {}))],
  }))
  return findings(checkRegistry(ground.registry, { ...ground, connectors }), ground)
}

/** What a revision that was published before says that no longer fits a config. Connectors that are gone may still be named. */
export const checkRevision = (
  registry: Registry,
  ground: Omit<Ground, 'registry' | 'leftOut'>,
  formerly: Connectors,
): Finding[] =>
  checkRules({ ...ground, registry, connectors: { ...formerly, ...ground.connectors }, leftOut: new Set() })

/** What comes out otherwise than the registry's examples expect. Only sound files can be run. */
export const runExamples = (sound: Parameters<typeof checkExamples>[0]): Finding[] =>
  checkExamples(sound).map(asFinding)

const ofScope = ({ scope }: ConnectorSettings, ground: Ground): Finding[] => {
  if (scope === undefined) return []
  const names = { settings: ground.settings, segments: keysOf(ground.registry.segments) }
  const message = 'a scope cannot read a request: who is in it must hold without one'
  const requests = leavesOf(scope).flatMap(({ leaf, path }) => ('context' in leaf ? [{ path, message }] : []))
  return [...findings(checkCondition(scope, names), ground), ...requests]
}

/** What is wrong with a condition that stands in no file. */
export const checkUnsaved = (when: Condition, names: Names): readonly Finding[] =>
  checkCondition(when, names).map(asFinding)

/** What the connectors' scopes ask of customers. */
export const checkScopes = (ground: Ground): Finding[] =>
  Object.entries(ground.connectors).flatMap(([key, connector]) =>
    below(['connectors', key, 'scope'], ofScope(connector, ground)),
  )
