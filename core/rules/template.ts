import { type FilterImplOptions, filters, Liquid, type Template as Node, Output } from 'liquidjs'
import { instantOf } from './moment.ts'
import { openZone, type Zone } from './zone.ts'

/**
 * Limits of one template: its length, and what it may build. As no tag loops, these bound the time as well. There is none
 * on the clock: where the machine pauses in the middle, a customer's words would change, or a line of a file be refused.
 */
const limits = { parseLimit: 10_000, memoryLimit: 100_000 } as const

/** Tags that branch on a trait: none that loops, keeps state or reads another template. */
export const templateTags: readonly string[] = ['if', 'unless', 'case', 'comment', 'raw']
/** Filters whose result depends on their input alone. */
export const templateFilters: readonly string[] = [
  ...['default', 'date', 'append', 'prepend', 'replace', 'replace_first', 'remove', 'remove_first'],
  ...['upcase', 'downcase', 'capitalize', 'strip', 'lstrip', 'rstrip', 'squish', 'truncate', 'truncatewords'],
  ...['abs', 'ceil', 'floor', 'round', 'plus', 'minus', 'times', 'divided_by', 'modulo', 'at_least', 'at_most'],
  ...['split', 'join', 'first', 'last', 'size', 'slice', 'escape', 'url_encode', 'slugify'],
]

/** A name in a template, `subscription.endsAt`, by its segments. */
export type Name = readonly string[]
/** A text with variables, parsed once. */
export interface Template {
  readonly reads: readonly Name[]
  /** Those without which it makes no sense: put out, without `default`, and not under a condition. */
  readonly needs: readonly Name[]
  /** Throws where a limit is passed or a filter cannot take its input. */
  readonly render: (scope: object) => string
}

type FilterHandler = Extract<FilterImplOptions, (...given: never[]) => unknown>
const keep = <T>(table: Record<string, T>, names: readonly string[]): void => {
  for (const name of Object.keys(table)) if (!names.includes(name)) delete table[name]
}

/** A date is one in the hub's zone, and `now` a text like any other: what is rendered depends on the values alone. */
const dateIn = (zone: Zone): FilterHandler =>
  function (value: unknown, format?: string) {
    const instant = instantOf(value, zone)
    if (instant === null || typeof filters.date !== 'function') return value
    return filters.date.call(this, new Date(instant), format)
  }

const createEngine = (locale: string, timezone: string): Liquid => {
  const options = { ...limits, locale, timezoneOffset: timezone, strictFilters: true, ownPropertyOnly: true }
  const engine = new Liquid({ ...options, templates: {} })
  keep(engine.tags, templateTags)
  keep(engine.filters, templateFilters)
  engine.registerFilter('date', dateIn(openZone(timezone)))
  return engine
}

const namesIn = (engine: Liquid, nodes: Node[]): readonly Name[] =>
  engine.globalVariableSegmentsSync(nodes).map((segments) =>
    segments.map((segment) => {
      if (typeof segment !== 'object') return String(segment)
      throw new Error('reading a variable: a name in brackets must be a text, as in subscription["endsAt"]')
    }),
  )

const isNeeded = (node: Node): boolean =>
  node instanceof Output && !node.value.filters.some(({ name }) => name === 'default')

/** Whether a text stands for itself: nothing in it is Liquid. */
export const isPlain = (text: string): boolean => !text.includes('{{') && !text.includes('{%')

const parse = (engine: Liquid, text: string): Template => {
  if (isPlain(text)) return { reads: [], needs: [], render: () => text }
  const nodes = engine.parse(text)
  return {
    reads: namesIn(engine, nodes),
    needs: namesIn(engine, nodes.filter(isNeeded)),
    render: (scope) => String(engine.renderSync(nodes, scope)),
  }
}

/** Parses Liquid texts, each text of a locale once. Throws on what is no Liquid, or uses another tag or filter. */
export const createTemplates = (timezone: string): ((text: string, locale: string) => Template) => {
  const locales = new Map<string, { readonly engine: Liquid; readonly parsed: Map<string, Template> }>()
  return (text, locale) => {
    const known = locales.get(locale) ?? { engine: createEngine(locale, timezone), parsed: new Map() }
    locales.set(locale, known)
    const template = known.parsed.get(text) ?? parse(known.engine, text)
    known.parsed.set(text, template)
    return template
  }
}
