import { type JsonObject, own } from '../profile/json.ts'
import type { ImportSettings } from '../profile/settings.ts'
import { createTemplates, type Template } from '../rules/template.ts'
import {
  BadLine,
  type DeclaredTypes,
  type ImportLine,
  type Line,
  type Lines,
  textOf,
  typedText,
} from './import-line.ts'
import { orderOf } from './import-order.ts'
import { importTime, timeFormats } from './import-time.ts'

/** The columns are there by name, and as `row["Customer ID"]` where Liquid cannot read the name. */
const render = (template: Template, { line, row }: Line, what: string): string => {
  try {
    return template.render({ ...row, row }).trim()
  } catch (error) {
    throw new BadLine(line, `${what}: ${error instanceof Error ? error.message : error}`)
  }
}

type Templates = ReadonlyMap<string, Template>
/** What templates make of a row. What comes out empty is left out: an empty cell says nothing. */
const fill = (templates: Templates, types: DeclaredTypes, line: Line): JsonObject =>
  Object.fromEntries(
    [...templates].flatMap(([name, template]) => {
      const text = render(template, line, name)
      return text === '' ? [] : [[name, typedText(text, own(types, name), name, line.line)]]
    }),
  )

const timeOf = ({ timestamp }: ImportSettings, { line, row }: Line): JsonObject => {
  if (timestamp === undefined) return {}
  const text = textOf(row, timestamp.column)
  const at = importTime(text, timestamp.zone)
  if (at === null) throw new BadLine(line, `${timestamp.column}: found "${text}", allowed ${timeFormats}`)
  return { timestamp: at }
}

/** In an identify the e-mail address is a trait, in a track it stands in the context. */
const aboutOf = ({ type, event }: ImportSettings, { email, ...ids }: JsonObject, content: JsonObject): JsonObject => {
  const person = email === undefined ? {} : { email }
  if (type === 'identify') return { type, ...ids, traits: { ...person, ...content } }
  return { type, event, ...ids, properties: content, ...(email !== undefined && { context: { traits: person } }) }
}

/** Makes a message of the lines of one event, or refuses it with the line that is at fault. */
export type MakeMessage = (messageId: string, lines: Lines) => ImportLine
export interface Mapping {
  /** Columns that the import names, or that its templates read. */
  readonly columns: readonly string[]
  readonly make: MakeMessage
}

const templatesOf = ({ userId, anonymousId, email, timestamp, ...settings }: ImportSettings) => {
  const parse = createTemplates(timestamp?.zone ?? 'UTC')
  const compile = (texts: Readonly<Record<string, string | undefined>>): Templates =>
    new Map(Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[name, parse(text, 'en-GB')]])))
  return {
    who: compile({ userId, anonymousId, email }),
    what: compile(settings.type === 'identify' ? settings.traits : settings.properties),
  }
}

const columnsOf = ({ groupBy, timestamp, products = {} }: ImportSettings, templates: readonly Template[]) => {
  const named = [groupBy, timestamp?.column, ...Object.values(products)]
  const read = templates.flatMap(({ reads }) => reads.map(([name]) => name)).filter((name) => name !== 'row')
  return [...new Set([...named, ...read].filter((column) => column !== undefined))]
}

/** Compiles an import of profile.yaml. Throws on a template that is no Liquid. */
export const compileImport = (settings: ImportSettings, types: DeclaredTypes): Mapping => {
  const { who, what } = templatesOf(settings)
  const messageOf = (messageId: string, lines: Lines): JsonObject => {
    const [first] = lines
    const content = { ...orderOf(settings, types, lines), ...fill(what, types, first) }
    return { messageId, ...timeOf(settings, first), ...aboutOf(settings, fill(who, {}, first), content) }
  }
  const make: MakeMessage = (messageId, lines) => {
    try {
      return { line: lines[0].line, message: messageOf(messageId, lines) }
    } catch (error) {
      if (error instanceof BadLine) return { line: error.line, refused: error.message }
      throw error
    }
  }
  return { columns: columnsOf(settings, [...who.values(), ...what.values()]), make }
}
