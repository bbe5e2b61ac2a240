import { resolve } from 'node:path'
import { exists } from './files.ts'
import type { HubSettings } from './hub.ts'
import type { Problem } from './problem.ts'
import { fileAt } from './read.ts'
import { type Path, placeOf, type Tree } from './tree.ts'

type Named = Pick<HubSettings, 'connectors' | 'samples'>

const namedFiles = ({ connectors, samples }: Named): readonly { path: Path; file: string }[] => [
  ...Object.entries(connectors).flatMap(([key, { sandbox }]) =>
    typeof sandbox === 'object' ? [{ path: ['connectors', key, 'sandbox', 'seed'], file: sandbox.seed }] : [],
  ),
  ...samples.map(({ file }, index) => ({ path: ['samples', index, 'file'], file })),
]

/** Files that hub.yaml names as data, and that are not there. */
export const missingFiles = (settings: Named, tree: Tree): Problem[] =>
  namedFiles(settings)
    .map(({ path, file }) => ({ path, file: fileAt(tree, path, file) }))
    .flatMap(({ path, file }) =>
      exists(file) ? [] : [{ ...placeOf(tree, path), message: `there is no file ${file}` }],
    )

/** The same settings with absolute paths of sample and seed files. */
export const withPaths = <Settings extends Named>(settings: Settings, tree: Tree): Settings => {
  const absolute = (path: Path, name: string): string => resolve(fileAt(tree, path, name))
  const connectors = Object.entries(settings.connectors).map(([key, connector]) => {
    if (typeof connector.sandbox !== 'object') return [key, connector] as const
    const seed = absolute(['connectors', key, 'sandbox', 'seed'], connector.sandbox.seed)
    return [key, { ...connector, sandbox: { seed } }] as const
  })
  const samples = settings.samples.map((sample, index) => ({
    ...sample,
    file: absolute(['samples', index, 'file'], sample.file),
  }))
  return { ...settings, connectors: Object.fromEntries(connectors), samples }
}
