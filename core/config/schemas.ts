import { z } from 'zod'
import { profileSettings } from '../profile/settings.ts'
import { registry } from '../rules/registry.ts'
import { hubSettings } from './hub.ts'

const schemas = { hub: hubSettings, profile: profileSettings, rules: registry }
export type ConfigFile = keyof typeof schemas
export type JsonSchema = z.core.JSONSchema.JSONSchema

/** What an editor needs to complete and check the config files: a JSON Schema (draft 2020-12) for each sort of file. */
export const configSchemas = (): Readonly<Record<ConfigFile, JsonSchema>> => {
  const schemaOf = (file: ConfigFile): JsonSchema =>
    z.toJSONSchema(schemas[file], { io: 'input', target: 'draft-2020-12' })
  return { hub: schemaOf('hub'), profile: schemaOf('profile'), rules: schemaOf('rules') }
}
