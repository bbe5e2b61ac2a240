import { z } from 'zod'

/** package-lock.json, as far as it matters here. */
export const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      license: z.string().optional(),
      resolved: z.string().optional(),
      dev: z.boolean().default(false),
      devOptional: z.boolean().default(false),
      optionalDependencies: z.record(z.string(), z.string()).default({}),
    }),
  ),
})
export type Lock = z.output<typeof lockfile>

/** Licences that let anybody use, change and sell what contains them. */
const permissive = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'Unlicense']
const nameOf = (path: string): string => path.split('node_modules/').at(-1) ?? path

/** An SPDX expression that leaves a permissive choice: every side of AND, one side of OR. */
const isPermissive = (expression: string): boolean =>
  expression
    .replaceAll(/[()]/g, '')
    .split(' AND ')
    .every((side) => side.split(' OR ').some((licence) => permissive.includes(licence.trim())))

/** Optional packages (mostly a platform's binary) that the lock's own entries declare and that it lacks: `npm ci` would stop. */
export const lacking = ({ packages }: Lock): readonly string[] => {
  const names = new Set(Object.keys(packages).map(nameOf))
  return Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies).flatMap((name) => (names.has(name) ? [] : [`${path} -> ${name}`])),
  )
}

/** Entries that are tied to one registry's address. */
export const tied = ({ packages }: Lock): readonly string[] =>
  Object.entries(packages).flatMap(([path, { resolved }]) => (resolved === undefined ? [] : [`${path}: ${resolved}`]))

/** Packages that ship with the hub and whose licence is not permissive, or not stated. */
export const restricted = ({ packages }: Lock): readonly string[] =>
  Object.entries(packages).flatMap(([path, { license, dev, devOptional }]) =>
    path === '' || dev || devOptional || isPermissive(license ?? '') ? [] : [`${path}: ${license ?? 'none stated'}`],
  )
