import { misfit } from './content-field.ts'
import { asValue } from './frame.ts'
import type { Content } from './program.ts'
import type { Placement } from './registry.ts'
import type { Name, Template } from './template.ts'

/** An offer's words for a placement in one language, parsed. */
export interface Parsed {
  readonly locale: string
  readonly fields: readonly { readonly field: string; readonly template: Template }[]
  /** Trait paths; `needs` are those without which nothing is shown. */
  readonly reads: readonly string[]
  readonly needs: readonly string[]
}

/** Values by path as the object that a template reads: `subscription.endsAt` under `subscription`. */
const scopeOf = (values: readonly (readonly [Name, unknown])[]): Record<string, unknown> => {
  const heads = new Set(values.flatMap(([path]) => path.slice(0, 1)))
  const under = (head: string): unknown => {
    const inner = values.flatMap(([path, value]) => (path[0] === head ? [[path.slice(1), value] as const] : []))
    const whole = inner.find(([path]) => path.length === 0)
    return whole === undefined ? scopeOf(inner) : whole[1]
  }
  return Object.fromEntries([...heads].map((head) => [head, under(head)]))
}

/** Null where a limit is passed or a filter refuses its input. */
const finish = (template: Template, scope: object): string | null => {
  try {
    return template.render(scope)
  } catch {
    return null
  }
}

/**
 * The finished texts; null where a value is missing, a text cannot be made or does not fit its field, or a required one
 * is empty.
 */
export const fill = (parsed: Parsed, { fields }: Placement, value: (trait: string) => unknown): Content | null => {
  if (parsed.needs.some((trait) => asValue(value(trait)) === null)) return null
  const scope = scopeOf(parsed.reads.map((trait) => [trait.split('.'), value(trait)]))
  const finished: Record<string, string> = {}
  for (const { field, template } of parsed.fields) {
    const declared = fields[field]
    const text = finish(template, scope)
    if (declared === undefined || text === null) return null
    if (text === '' ? declared.required : misfit(text, declared) !== null) return null
    if (text !== '') finished[field] = text
  }
  return { locale: parsed.locale, fields: finished }
}
