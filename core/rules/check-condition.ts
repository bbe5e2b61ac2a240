import { own } from '../profile/json.ts'
import type { EventSettings, ProfileSettings } from '../profile/settings.ts'
import { checkOperators } from './check-operators.ts'
import type { Condition, EventLeaf, PropertyLeaf } from './condition.ts'
import { type Leaf, leavesOf, type Path, type Placed, propertiesOf } from './leaves.ts'
import { statesOperator } from './operators.ts'
import { type Problem, unknownName } from './problem.ts'
import { propertyType } from './property-test.ts'
import { isTrait, traitType } from './traits.ts'

/** What conditions may name. */
export interface Names {
  readonly settings: ProfileSettings
  readonly segments: ReadonlySet<string>
}

const names = (table: Readonly<Record<string, unknown>>): ReadonlySet<string> => new Set(Object.keys(table))
export const traitNames = ({ traits, computed }: ProfileSettings): ReadonlySet<string> =>
  names({ ...traits, ...computed })

const listsOf = ({ properties }: EventSettings): ReadonlySet<string> =>
  new Set(Object.keys(properties).flatMap((path) => (path.includes('[].') ? [path.slice(0, path.indexOf('[].'))] : [])))

/** A leaf in the `some` of an unknown list: the list is told already. */
const isTold = ({ leaf, path }: Placed<PropertyLeaf>, event: EventSettings): boolean =>
  path.includes('some') && ![...listsOf(event)].some((list) => leaf.property.startsWith(`${list}[].`))

const checkProperty = ({ leaf, path }: Placed<PropertyLeaf>, event: EventSettings): readonly Problem[] => {
  const at = [...path, 'property']
  if (leaf.some !== undefined) {
    const unknown = unknownName(at, 'list', leaf.property, listsOf(event))
    if (unknown.length > 0 || !statesOperator(leaf)) return unknown
  }
  const unknown = unknownName(at, 'property', leaf.property, new Set([...Object.keys(event.properties), 'timestamp']))
  if (unknown.length > 0) return unknown
  return checkOperators(leaf, propertyType(leaf.property, { list: null, event }), path)
}

const checkEvent = (leaf: EventLeaf, path: Path, { settings }: Names): readonly Problem[] => {
  const event = own(settings.events.types, leaf.event)
  if (event === undefined) return unknownName([...path, 'event'], 'event', leaf.event, names(settings.events.types))
  if (leaf.where === undefined) return []
  return propertiesOf(leaf.where, [...path, 'where']).flatMap((placed) =>
    isTold(placed, event) ? [] : checkProperty(placed, event),
  )
}

const checkLeaf = (known: Names, { leaf, path }: Placed<Leaf>): readonly Problem[] => {
  const { settings, segments } = known
  if ('segment' in leaf) return unknownName([...path, 'segment'], 'segment', leaf.segment, segments)
  if ('consent' in leaf) return unknownName([...path, 'consent'], 'consent', leaf.consent, names(settings.consents))
  if ('event' in leaf) return checkEvent(leaf, path, known)
  if ('context' in leaf) return checkOperators(leaf, null, path)
  if (!isTrait(leaf.trait, settings)) return unknownName([...path, 'trait'], 'trait', leaf.trait, traitNames(settings))
  return checkOperators(leaf, traitType(leaf.trait, settings), path)
}

/** Whether all that a condition names is declared, and asked for in a way that fits its type. */
export const checkCondition = (when: Condition, known: Names, path: Path = []): readonly Problem[] =>
  leavesOf(when, path).flatMap((placed) => checkLeaf(known, placed))
