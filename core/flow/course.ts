import { createHash } from 'node:crypto'
import type { Config } from '../config/load.ts'
import type { ChannelPlan } from '../deliver/channel.ts'
import { compile } from '../rules/compile.ts'
import type { Program } from '../rules/program.ts'
import { registry as registrySchema } from '../rules/registry.ts'
import type { Revision } from '../store/port.ts'
import { type Basis, foldingOf } from './basis.ts'
import type { Tool } from './tool.ts'

/** The basis as it changes: another config, a revision is published, a phase is set, an account is another one. */
export interface Course {
  readonly config: () => Config
  readonly revision: () => Revision
  readonly basis: () => Basis
  /**
   * Compiles a revision under a config, and throws where that cannot be done. What it answers steers by them from now
   * on, and cannot fail.
   */
  readonly prepare: (config: Config, revision: Revision) => () => void
  /** Takes over what has changed about the tools. */
  readonly replan: () => void
}

type Tools = ReadonlyMap<string, { readonly tool: Tool }>

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

interface Heading {
  readonly config: Config
  readonly revision: Revision
  readonly program: Program
}

const basisOf = ({ config, program }: Heading, lines: Tools): Basis => {
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
  return { id, program, plans, ...foldingOf(config) }
}

/** `lines` are read anew whenever something has changed. */
export const createCourse = (config: Config, lines: Tools, first: Revision): Course => {
  const headingOf = (next: Config, revision: Revision): Heading => ({
    config: next,
    revision,
    program: compiled(next, revision),
  })
  let heading = headingOf(config, first)
  let basis = basisOf(heading, lines)
  const replan = () => {
    basis = basisOf(heading, lines)
  }
  return {
    config: () => heading.config,
    revision: () => heading.revision,
    basis: () => basis,
    prepare: (next, revision) => {
      const prepared = headingOf(next, revision)
      return () => {
        heading = prepared
        replan()
      }
    },
    replan,
  }
}
