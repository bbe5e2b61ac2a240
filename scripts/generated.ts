import { configSchemas } from '../core/config/schemas.ts'
import * as shipped from '../core/host/catalogue.ts'
import { connectorsPage } from './connectors-page.ts'
import { pluginReadme } from './plugin-readme.ts'

/** Where plugins stand, and where the ones are that new ones begin as. */
const folders: Readonly<Record<string, shipped.Catalogue>> = {
  plugins: shipped,
  templates: shipped.catalogueOf(new URL('../templates/', import.meta.url)),
}
const connectorsIn = async ({ listPlugins, loadConnector }: shipped.Catalogue) =>
  Promise.all((await listPlugins()).map(loadConnector))
const readmesIn = async (folder: string, catalogue: shipped.Catalogue) => {
  const connectors = await connectorsIn(catalogue)
  return connectors.map((connector) => [`${folder}/${connector.id}/README.md`, pluginReadme(connector)] as const)
}

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** Files that are made from the sources: path from the project's root -> content. */
export const generatedFiles = async (): Promise<ReadonlyMap<string, string>> => {
  const readmes = await Promise.all(Object.entries(folders).map(([folder, catalogue]) => readmesIn(folder, catalogue)))
  return new Map([
    ...Object.entries(configSchemas()).map(
      ([file, schema]) => [`config/schema/${file}.schema.json`, asJson(schema)] as const,
    ),
    ...readmes.flat(),
    ['docs/connectors.md', connectorsPage(await connectorsIn(shipped))],
  ])
}
