import { createHash } from 'node:crypto'
import type { Config } from '../config/load.ts'
import type { ChannelPlan } from '../deliver/channel.ts'
import { compile } from '../rules/compile.ts'
import type { Program } from '../rules/program.ts'
import { registry as registrySchema } from '../rules/registry.ts'
import type { Revision } from '../store/port.ts'
import type { Basis } from './basis.ts'
import type { Tool } from './tool.ts'
import type { Walk } from './walk.ts'

/** The basis as it changes: a revision is published, a phase is set, an account is another one. */
export interface Course {
  readonly basis: () => Basis
  /** Compiles a revision and steers by it from now on. */
  readonly follow: (revision: Revision) => void
  /** Takes over what has changed about the tools. */
  readonly replan: () => void
}

const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)

const identityKeyOf = (config: Config): string => config.hub.identityKey ?? `leitstern:${config.hub.name}`

const plansOf = (config: Config, tools: readonly Tool[]): readonly ChannelPlan[] =>
  tools.map((tool) => ({
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

export const createCourse = (config: Config, tools: readonly Tool[], first: Revision, walk: Walk): Course => {
  const { sources, profile: settings } = config
  const identityKey = identityKeyOf(config)
  const basisOf = (program: Program): Basis => {
    const plans = plansOf(config, tools)
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
    const id = hashOf([program.revision, planned, settings, sources, config.hub.timezone, config.hub.locales])
    const sourceRank = (source: string): number => sources[source]?.rank ?? 0
    return { id, program, settings, plans, sourceRank, identityKey, covers: (row) => walk.covers(id, row) }
  }
  let basis = basisOf(compiled(config, first))
  return {
    basis: () => basis,
    follow: (revision) => {
      basis = basisOf(compiled(config, revision))
    },
    replan: () => {
      basis = basisOf(basis.program)
    },
  }
}
