import { createHash } from 'node:crypto'
import type { Config } from '../config/load.ts'
import type { ChannelPlan } from '../deliver/channel.ts'
import { compile } from '../rules/compile.ts'
import type { Program } from '../rules/program.ts'
import { registry as registrySchema } from '../rules/registry.ts'
import type { Revision } from '../store/stored.ts'
import { type Basis, foldingOf } from './basis.ts'
import { linesOf, type Tool } from './tool.ts'
import type { Walk } from './walk.ts'

/** A config and a revision that may be followed. */
export interface Heading extends Pick<Basis, 'settings' | 'program'> {
  /** Steers by them from now on; cannot fail. */
  readonly follow: () => void
}

/** The basis as it changes: another config, a revision is published, a phase is set, an account is another one. */
export interface Course {
  readonly config: () => Config
  readonly revision: () => Revision
  readonly basis: () => Basis
  /** Compiles a revision under a config; throws where that cannot be done. */
  readonly prepare: (config: Config, revision: Revision) => Heading
  /** The basis that a config and a revision would make, with the tools as they are. Throws as `prepare` does. */
  readonly foresee: (config: Config, revision: Revision) => Basis
  /** Takes over what has changed about the tools. */
  readonly replan: () => void
}

type Tools = ReadonlyMap<string, { readonly tool: Pick<Tool, 'key' | 'settings' | 'lines' | 'state' | 'connector'> }>

const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)

const plansOf = (config: Config, lines: Tools): readonly ChannelPlan[] =>
  Object.keys(config.connectors)
    .flatMap((key) => lines.get(key) ?? [])
    .map(({ tool }) => ({
      connector: tool.key,
      settings: tool.settings,
      phase: tool.state.phase,
      epoch: `${tool.state.account ?? ''}\0${tool.state.epoch ?? ''}`,
      lines: tool.lines,
      rollouts: Object.entries(config.rollouts)
        .filter(([, settings]) => settings.connectors.includes(tool.key))
        .map(([name, settings]) => ({ name, settings })),
    }))

const compiled = (config: Config, revision: Revision): Program =>
  compile({
    registry: registrySchema.parse(JSON.parse(revision.body)),
    settings: config.profile,
    timezone: config.hub.timezone,
    locales: config.hub.locales,
    revision: revision.id,
  })

/** What the basis is made of, beside the lines. */
interface Point {
  readonly config: Config
  readonly revision: Revision
  readonly program: Program
}

const basisOf = ({ config, program }: Point, lines: Tools, walk: Walk): Basis => {
  const { sources, profile: settings, hub } = config
  const plans = plansOf(config, lines)
  const planned = plans.map(
    ({ connector, phase, epoch, rollouts, settings: { map, contact, scope, consent, channel } }) => ({
      connector,
      phase,
      epoch,
      rollouts,
      map,
      contact,
      scope,
      consent,
      channel,
    }),
  )
  const id = hashOf([program.revision, planned, settings, sources, hub.timezone, hub.locales])
  return { id, program, plans, ...foldingOf(config), covers: (row) => walk.covers(id, row) }
}

/** `lines` are read anew whenever something has changed. */
export const createCourse = (config: Config, lines: Tools, first: Revision, walk: Walk): Course => {
  const pointOf = (next: Config, revision: Revision): Point => ({
    config: next,
    revision,
    program: compiled(next, revision),
  })
  let point = pointOf(config, first)
  const planned = (): Basis => {
    const next = basisOf(point, lines, walk)
    walk.enter(next.id)
    return next
  }
  let basis = planned()
  const replan = () => {
    basis = planned()
  }
  return {
    config: () => point.config,
    revision: () => point.revision,
    basis: () => basis,
    prepare: (next, revision) => {
      const prepared = pointOf(next, revision)
      const follow = () => {
        point = prepared
        replan()
      }
      return { settings: next.profile, program: prepared.program, follow }
    },
    foresee: (next, revision) => {
      const there = [...lines].flatMap(([key, { tool }]) => {
        const settings = next.connectors[key]
        return settings === undefined
          ? []
          : [[key, { tool: { ...tool, settings, lines: linesOf(settings, tool.connector) } }] as const]
      })
      return basisOf(pointOf(next, revision), new Map(there), walk)
    },
    replan,
  }
}
