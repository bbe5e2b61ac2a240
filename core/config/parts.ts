import { profileSettings } from '../profile/settings.ts'
import { registry } from '../rules/registry.ts'
import { hubSettings } from './hub.ts'
import { partialHub } from './hub-check.ts'
import { partialProfile } from './profile-check.ts'
import { fileAt, type Reading, readFile, readFolder } from './read.ts'
import { type Env, resolveReferences } from './reference.ts'
import { salvage } from './salvage.ts'
import { placeOf } from './tree.ts'

const hubSchemas = { whole: hubSettings, partial: partialHub, spoils: 'value' } as const
const profileSchemas = { whole: profileSettings, partial: partialProfile, spoils: 'entry' } as const
const registrySchemas = { whole: registry, partial: registry, spoils: 'entry' } as const

/** All files that hub.yaml names, read by their schemas, each as far as it is sound. */
export const readParts = (hubFiles: Reading, env: Env) => {
  const references = resolveReferences(hubFiles.tree, env)
  const { tree } = references
  const hub = salvage(hubSchemas, { ...hubFiles, tree })
  const at = { profile: ['profile'], registry: ['registry', 'files'] }
  const profile = readFile(fileAt(tree, at.profile, hub.sound.profile), placeOf(tree, at.profile))
  const folder = fileAt(tree, at.registry, hub.sound.registry.files)
  const rules = readFolder(folder, placeOf(tree, at.registry))
  return {
    references,
    folder,
    readings: { hub: hubFiles, profile, registry: rules },
    hub,
    profile: salvage(profileSchemas, profile),
    registry: salvage(registrySchemas, rules),
  }
}
export type Parts = ReturnType<typeof readParts>
