import { configSchemas } from '../core/config/schemas.ts'
import { listPlugins, loadConnector } from '../core/host/catalogue.ts'
import { pluginReadme } from './plugin-readme.ts'

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** Files that are made from the sources: path from the project's root -> content. */
export const generatedFiles = async (): Promise<ReadonlyMap<string, string>> => {
  const connectors = await Promise.all((await listPlugins()).map(loadConnector))
  return new Map([
    ...Object.entries(configSchemas()).map(
      ([file, schema]) => [`config/schema/${file}.schema.json`, asJson(schema)] as const,
    ),
    ...connectors.map((connector) => [`plugins/${connector.id}/README.md`, pluginReadme(connector)] as const),
  ])
}
