import type { z } from 'zod'
import { check } from './issue.ts'
import { located, type Problem } from './problem.ts'
import { isReference, referenceForms } from './reference.ts'
import { secretsIn } from './shape.ts'
import { find, type Path, plainMap, type Tree } from './tree.ts'

/** One connector's own settings. */
export interface PluginSettings {
  /** As they stand in the file. */
  readonly stated: Tree
  /** The same with references resolved; the value of those that lead nowhere is not known. */
  readonly resolved: Tree
  /** The sandbox supplies what is not stated. */
  readonly sandbox: boolean
}
interface Checked {
  /** With the schema's defaults; where a sandbox supplies the rest, only what is stated and known. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly problems: readonly Problem[]
}

const referencedValues = (tree: Tree): readonly string[] => {
  if (tree.kind === 'map') return [...tree.entries.values()].flatMap(referencedValues)
  if (tree.kind === 'list') return tree.items.flatMap(referencedValues)
  return tree.reference === undefined ? [] : [String(tree.value)]
}
const known = (settings: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))

/** A plugin's own messages may quote what they refuse. */
const hiding = (tree: Tree): ((text: string) => string) => {
  const values = referencedValues(tree).filter(Boolean)
  values.sort((a, b) => b.length - a.length)
  return (text) => values.reduce((shown, value) => shown.replaceAll(value, '…'), text)
}

const isBelow = (path: string, top: string): boolean =>
  path === top || path.startsWith(`${top}.`) || path.startsWith(`${top}[`)

/** Holds a connector's own settings to its plugin's schema. A secret may only be stated by reference, in a sandbox too. */
export const checkPluginSettings = (schema: z.ZodObject, { stated, resolved, sandbox }: PluginSettings): Checked => {
  const literals = secretsIn(schema, stated).filter((tree) => tree.kind !== 'scalar' || !isReference(tree.value))
  const isSupplied = (path: Path) => sandbox && find(resolved, path) === undefined
  const checked = check(schema, resolved)
  const findings = 'value' in checked ? [] : checked.findings.filter(({ path }) => !isSupplied(path))
  const hide = hiding(resolved)
  const unfit = findings
    .map((finding) => located(resolved, { ...finding, message: hide(finding.message) }))
    .filter(({ path }) => !literals.some(({ at }) => isBelow(path, at.path)))
  const message = `a secret may only be stated as ${referenceForms}`
  return {
    settings: 'value' in checked && !sandbox ? checked.value : known(plainMap(resolved)),
    problems: [...literals.map(({ at }) => ({ ...at, message, allowed: referenceForms })), ...unfit],
  }
}
