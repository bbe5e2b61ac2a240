import type { Connector } from '../contract/connector.ts'
import { type MapLine, readMap } from '../deliver/map.ts'
import type { ConnectorSettings } from '../deliver/settings.ts'
import type { Placement } from '../rules/registry.ts'
import { createTemplates } from '../rules/template.ts'
import type { Known, Names } from './known.ts'
import { type Finding, list, mismatch, nearest, unknownName } from './problem.ts'
import type { Path } from './tree.ts'

/** What config must know of a plugin, as its manifest states it. */
export type Plugin = Pick<Connector, 'settings' | 'memberships' | 'keys' | 'defaults'>

/** A connector among what its settings refer to. */
export interface Surroundings {
  readonly known: Known
  /** By key; those with problems are left out. */
  readonly placements: ReadonlyMap<string, Placement>
  readonly plugins: ReadonlyMap<string, Plugin>
  readonly isCron: (expression: string) => boolean
}

const both = (one: Names, other: Names): Names => one && other && [...one, ...other]
const builtIn = ['offer', 'decisionId', 'revision']

const ofPlacement = (key: string, settings: ConnectorSettings, placement: Placement, part: string): Finding[] => {
  const path = ['map', `placement.${placement.key}.${part}`]
  const owner = placement.connector
  const strange = owner === undefined ? placement.channel !== settings.channel : owner !== key
  const belongs = owner === undefined ? `channel ${placement.channel}` : `connector ${owner}`
  const message = `the placement ${placement.key} belongs to the ${belongs}, not to ${key}`
  const stranger = strange ? [{ path, message, found: key, allowed: belongs }] : []
  return [...stranger, ...unknownName(path, 'field', part, [...Object.keys(placement.fields), ...builtIn])]
}

const ofSource = (key: string, settings: ConnectorSettings, line: MapLine, around: Surroundings): Finding[] => {
  const { source } = line
  if (source.kind === 'segment')
    return unknownName(['map', `segment.${source.segment}`], 'segment', source.segment, around.known.segments)
  if (source.kind === 'trait')
    return unknownName(['map', source.path], 'trait', source.path, both(around.known.traits, around.known.computed))
  if (source.kind === 'consent')
    return unknownName(['map', `consent.${source.purpose}`], 'consent', source.purpose, around.known.consents)
  if (source.kind === 'controlled') return []
  const path = ['map', `placement.${source.placement}.${source.part}`]
  const placement = around.placements.get(source.placement)
  if (placement) return ofPlacement(key, settings, placement, source.part)
  return unknownName(path, 'placement', source.placement, around.known.placements)
}

type Target = ConnectorSettings['map'][string]
const owners = ['hub', 'tool']

/** Liquid that reads nothing but `value`: what else a customer is does not leave the hub by this line. */
const ofTransform = (path: Path, text: string): Finding[] => {
  try {
    const reads = createTemplates('UTC')(text, 'en-GB').reads.map((name) => name.join('.'))
    const strange = reads.filter((name) => name !== 'value')
    return strange.map((name) => ({ path, message: `reads ${name}: a line of a map has its own \`value\` alone` }))
  } catch (error) {
    return [{ path, message: `is no Liquid that can be used here: ${error instanceof Error ? error.message : error}` }]
  }
}

/** What looks like a field but is read as a membership, for its keys or its owner are none. */
const ofField = (path: Path, target: object): Finding[] =>
  Object.entries(target).flatMap(([key, value]) => {
    if (key === 'field' || (key === 'owner' && owners.includes(value))) return []
    if (key === 'as') return ofTransform([...path, key], String(value))
    if (key !== 'owner') return unknownName([...path, key], 'setting of a field', key, ['field', 'owner', 'as'])
    return [mismatch([...path, key], JSON.stringify(value), list(owners), nearest(String(value), owners))]
  })

const ofMembership = (path: Path, name: string, target: object, plugin: Plugin | undefined): Finding[] => {
  const kinds = Object.keys(target)
  if (kinds.length !== 1) return [{ path, message: 'a membership is one kind and one name, such as { tag: Fans }' }]
  if (name.startsWith('placement.'))
    return [{ path, message: 'a membership says yes or no, and a placement shows a text: map it to a field' }]
  return kinds.flatMap((kind) =>
    unknownName([...path, kind], 'membership', kind, plugin ? Object.keys(plugin.memberships) : null),
  )
}

/** What a line of a map is held against. */
interface Ground {
  readonly use: string
  readonly plugin: Plugin | undefined
  readonly known: Known
}
const ofTarget = (name: string, target: Target, { use, plugin, known }: Ground): Finding[] => {
  const path = ['map', name]
  if (typeof target === 'string') return []
  if (target === true)
    return unknownName(path, `standard field of ${use} for`, name, plugin ? Object.keys(plugin.defaults) : null)
  if (!('field' in target)) return ofMembership(path, name, target, plugin)
  const isTrait = known.traits === null || known.traits.includes(name)
  if (target.owner !== 'tool' || isTrait) return ofField(path, target)
  return [{ path, message: `only a trait is read in from a field that the tool owns, and ${name} is none` }]
}

const targetName = ({ target }: MapLine): string =>
  target.kind === 'field' ? `the field ${target.field}` : `the ${target.membership.kind} ${target.membership.name}`

/** Two lines that write to one place would take turns in it. */
const sameTarget = (map: ConnectorSettings['map'], defaults: Plugin['defaults']): Finding[] => {
  const names = Object.keys(map)
  const targets = readMap(map, defaults).map(targetName)
  return targets.flatMap((target, index) => {
    const first = targets.indexOf(target)
    return first === index
      ? []
      : [{ path: ['map', names[index] ?? ''], message: `${target} is mapped already, from ${names[first]}` }]
  })
}

const ofContact = (settings: ConnectorSettings, plugin: Plugin | undefined, known: Known): Finding[] => {
  const path: Path = ['contact', 'key']
  const { key } = settings.contact
  const undeclared = unknownName(path, 'identifier', key, known.identifiers)
  if (undeclared.length > 0 || !plugin || plugin.keys.includes(key)) return undeclared
  return unknownName(path, `key of ${settings.use}`, key, plugin.keys)
}

const ofPull = ({ pull }: ConnectorSettings, { isCron }: Surroundings): Finding[] => {
  const path: Path = ['pull', 'every']
  if (pull === undefined || (pull.every.trim() !== '' && isCron(pull.every))) return []
  if (pull.every.trim() === '') return [{ path, message: 'is empty: a cron expression' }]
  return [mismatch(path, JSON.stringify(pull.every), 'a cron expression such as "*/5 * * * *"')]
}

/** Everything that a connector's settings say about other parts of the config, with paths below the connector. */
export const checkConnector = (key: string, settings: ConnectorSettings, around: Surroundings): Finding[] => {
  const { known, plugins } = around
  const plugin = plugins.get(settings.use)
  const defaults = plugin?.defaults ?? {}
  const lines = readMap(settings.map, defaults)
  return [
    ...unknownName(['use'], 'plugin', settings.use, plugins.keys()),
    ...ofContact(settings, plugin, known),
    ...('purpose' in settings.consent
      ? unknownName(['consent', 'purpose'], 'consent', settings.consent.purpose, known.consents)
      : []),
    ...ofPull(settings, around),
    ...lines.flatMap((line) => ofSource(key, settings, line, around)),
    ...Object.entries(settings.map).flatMap(([name, target]) =>
      ofTarget(name, target, { use: settings.use, plugin, known }),
    ),
    ...sameTarget(settings.map, defaults),
  ]
}
