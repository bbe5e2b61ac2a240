import { consentsByPurpose } from './consent.ts'
import type { Profile } from './profile.ts'
import type { ProfileSettings } from './settings.ts'

/** Somebody of whom nothing is known but a node's id: no traits, no events, the default consents. */
export const stranger = (node: string, settings: ProfileSettings): Profile => ({
  id: node,
  unit: node,
  nodes: [],
  traits: new Map(),
  consents: consentsByPurpose([], [], settings),
  events: new Map(),
})
