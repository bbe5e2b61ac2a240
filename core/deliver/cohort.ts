import { createHash } from 'node:crypto'
import type { Offer } from '../rules/registry.ts'
import type { Rollout } from './channel.ts'
import type { RolloutSettings } from './settings.ts'

/** A draw in [0, 1): the first 48 bits of SHA-256(purpose, seed, unit). Measured uniform and pairwise independent; see docs/decisions.md. */
export const draw = (purpose: string, seed: string, unit: string): number =>
  createHash('sha256').update(`${purpose}\0${seed}\0${unit}`).digest().readUIntBE(0, 6) / 2 ** 48

/** One draw for all connectors of a rollout; raising the percentage only adds people. */
export const inCohort = (rollout: Rollout, unit: string, inSegment: (segment: string) => boolean): boolean =>
  draw('rollout', rollout.name, unit) < rollout.settings.percent / 100 &&
  (rollout.settings.segment === undefined || inSegment(rollout.settings.segment))

/** Whether a rollout lets this offer be written. No scope: every offer. */
export const inOfferScope = (scope: RolloutSettings['offers'], offer: Offer): boolean =>
  scope === undefined ||
  (scope.category !== undefined && offer.category === scope.category) ||
  (scope.keys?.includes(offer.key) ?? false)
