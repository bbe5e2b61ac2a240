import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { type Statement, statementsOf } from './statements.ts'

/** What is known of the project: all source files by their path from the root, and the packages that it ships with. */
export interface Project {
  readonly files: ReadonlyMap<string, string>
  readonly dependencies: readonly string[]
}
/** A broken rule: where, what, and the way out. */
export interface Fault {
  readonly file: string
  readonly line: number
  readonly message: string
}

const pure = ['core/contract', 'core/profile', 'core/rules', 'core/decide', 'core/deliver'] as const
const upTo = (last: (typeof pure)[number]) => pure.slice(0, pure.indexOf(last) + 1)

/** Which parts each part may import, besides itself. `core` are the files right in it, which wire all others. */
const parts: Readonly<Record<string, readonly string[]>> = {
  'core/contract': [],
  'core/profile': upTo('core/contract'),
  'core/rules': upTo('core/profile'),
  'core/decide': upTo('core/rules'),
  'core/deliver': upTo('core/decide'),
  'core/config': pure,
  'core/store': pure,
  'core/host': ['core/contract', 'core/deliver'],
  'core/flow': [...pure, 'core/config', 'core/store', 'core/host'],
  'core/api': [...pure, 'core/config', 'core/store', 'core/host', 'core/flow'],
  'core/cli': [...pure, 'core/config', 'core/flow', 'core/api', 'core'],
  core: [...pure, 'core/config', 'core/store', 'core/host', 'core/flow', 'core/api'],
  'core/sdk': [],
  plugins: ['core/contract'],
}

/** Which files may import a package: those whose path begins so. Zod is for all. */
const packages: Readonly<Record<string, readonly string[]>> = {
  axios: ['core/host/'],
  'better-sqlite3': ['core/store/'],
  'big.js': ['core/profile/', 'core/flow/'],
  bottleneck: ['core/host/'],
  commander: ['core/cli/'],
  'csv-parse': ['core/flow/', 'core/host/'],
  express: ['core/api/'],
  'fastest-levenshtein': ['core/config/'],
  graphql: ['core/host/'],
  helmet: ['core/api/'],
  'libphonenumber-js': ['core/profile/'],
  liquidjs: ['core/rules/'],
  'node-cron': ['core/flow/schedule.ts'],
  pg: ['core/store/'],
  pino: ['core/hub.ts'],
  'prom-client': ['core/flow/'],
  yaml: ['core/config/'],
  zod: ['core/', 'plugins/'],
}
/** Parts without I/O: of Node they may use hashing only. */
const withoutNode: readonly string[] = [...pure, 'core/sdk', 'plugins']
/** Plugins are found by listing folders, so one place imports what it does not know. */
const computedImports = 'core/host/catalogue.ts'

const isShipping = (file: string): boolean => /^(core|plugins)\//.test(file)
const partOf = (file: string): string => {
  const [top = '', folder = ''] = file.split('/')
  return top === 'core' && !folder.endsWith('.ts') ? `core/${folder}` : top
}
const packageOf = (module: string): string =>
  module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/')
const list = (names: readonly string[]): string => (names.length > 0 ? names.join(', ') : 'nothing else')
const resolved = (file: string, module: string): string => posix.join(posix.dirname(file), module)

const ofPart = (file: string, target: string): string | null => {
  const [from, to] = [partOf(file), partOf(target)]
  if (!isShipping(target))
    return `imports ${target}: what ships imports neither tests nor scripts; move it into core or the plugin`
  const allowed = parts[from]
  if (allowed === undefined)
    return `stands in ${from}, which has no rule: add it to the parts in test/house/import-rules.ts`
  if (from === 'plugins' && to === 'plugins')
    return posix.dirname(file).split('/')[1] === target.split('/')[1]
      ? null
      : `imports ${target}: a plugin never imports another; what both need belongs to core/contract`
  if (from === to || allowed.includes(to)) return null
  return `imports ${target}: ${from} may import ${list(allowed)}; take the value as an argument, or move the code`
}

const ofSandbox = (file: string, target: string): string | null =>
  /^plugins\/[^/]+\/(index|map)\.ts$/.test(file) && /^plugins\/[^/]+\/sandbox\.ts$/.test(target)
    ? `imports ${target}: the real connector never needs its sandbox; move what both share into map.ts`
    : null

const ofPackage = (file: string, module: string, { dependencies }: Project): string | null => {
  const name = packageOf(module)
  if (isBuiltin(module)) {
    const restricted = withoutNode.includes(partOf(file)) && module !== 'node:crypto'
    return restricted ? `imports ${module}: ${partOf(file)} has no I/O; do it in flow or host and pass the value` : null
  }
  const allowed = packages[name]
  if (allowed === undefined) return `imports ${name}: say in test/house/import-rules.ts which files may, and why there`
  if (!dependencies.includes(name)) return `imports ${name}: it is not among the dependencies that ship`
  if (allowed.some((prefix) => file.startsWith(prefix))) return null
  return `imports ${name}: only ${list(allowed)} may; call what those export`
}

const ofStatement = (file: string, { module }: Statement, project: Project): readonly (string | null)[] => {
  if (module === null)
    return file === computedImports ? [] : [`imports what is only known at run time: only ${computedImports} may`]
  if (!module.startsWith('.')) return [ofPackage(file, module, project)]
  const target = resolved(file, module)
  if (!project.files.has(target)) return [`imports ${module}: there is no such file; name it with its ending .ts`]
  return [ofPart(file, target), ofSandbox(file, target)]
}

/** Every import of what ships that breaks a rule. */
export const importFaults = (project: Project): readonly Fault[] =>
  [...project.files]
    .filter(([file]) => isShipping(file))
    .flatMap(([file, source]) =>
      statementsOf(source).flatMap((statement) =>
        ofStatement(file, statement, project).flatMap((message) =>
          message === null ? [] : [{ file, line: statement.line, message }],
        ),
      ),
    )

const isComment = (line: string): boolean => /^\s*(\/\/|\/?\*)/.test(line)

/** Plugins that are called by a word of everybody's: the word alone does not mean them. */
const everyday: readonly string[] = ['file', 'sql', 'webhook']

/** Core code that names a plugin. Comments may: they name a source. */
export const namingFaults = ({ files }: Project): readonly Fault[] => {
  const folders = [...files.keys()].flatMap((file) => /^plugins\/([^/]+)\//.exec(file)?.[1] ?? [])
  const plugins = new Set(folders.filter((folder) => !everyday.includes(folder)))
  const core = [...files].filter(([file]) => file.startsWith('core/'))
  return core.flatMap(([file, source]) =>
    source.split('\n').flatMap((text, index) =>
      [...plugins]
        .filter((plugin) => !isComment(text) && new RegExp(`\\b${plugin}\\b`, 'i').test(text))
        .map((plugin) => ({
          file,
          line: index + 1,
          message: `names the plugin ${plugin}: core knows plugins only through core/contract; put the fact into its manifest`,
        })),
    ),
  )
}

/** Files that import each other in a ring, types included. */
export const cycleFaults = ({ files }: Project): readonly Fault[] => {
  const targets = (file: string): readonly string[] =>
    statementsOf(files.get(file) ?? '').flatMap(({ module }) =>
      module?.startsWith('.') ? [resolved(file, module)] : [],
    )
  const done = new Set<string>()
  const faults: Fault[] = []
  const visit = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file)
    if (at >= 0) {
      const ring = [...trail.slice(at), file].join(' -> ')
      faults.push({ file, line: 1, message: `imports itself: ${ring}; move what both need into a file of its own` })
    }
    if (at >= 0 || done.has(file)) return
    for (const target of targets(file)) visit(target, [...trail, file])
    done.add(file)
  }
  for (const file of files.keys()) visit(file, [])
  return faults
}
