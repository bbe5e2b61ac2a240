import { configSchemas } from '../core/config/schemas.ts'

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** Files that are made from the sources: path from the project's root -> content. */
export const generatedFiles = (): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(configSchemas()).map(([file, schema]) => [`config/schema/${file}.schema.json`, asJson(schema)]),
  )
