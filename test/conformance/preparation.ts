import assert from 'node:assert/strict'
import type { Membership } from '../../core/contract/change.ts'
import type { FieldType, Needs, SetupReport, ToolField } from '../../core/contract/connector.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import type { Subject } from './check.ts'
import { person, type Workbench } from './workbench.ts'

/** Fields and memberships that the tool now has, ready to be written to. */
export interface Prepared {
  readonly text: string
  /** A second text field. */
  readonly other: string
  /** `null`: the tool has no fields of this type. */
  readonly number: string | null
  readonly boolean: string | null
  readonly datetime: string | null
  readonly url: string | null
  readonly memberships: readonly Membership[]
}

/** Of the fields that the suite asks for. Short, since merge tags may have ten letters. */
const wanted: Readonly<Record<string, FieldType>> = {
  text: 'text',
  other: 'text',
  number: 'number',
  flag: 'boolean',
  since: 'datetime',
  link: 'url',
}
const sample: Readonly<Record<FieldType, FieldValue>> = {
  text: 'x',
  number: 1,
  boolean: true,
  datetime: '2026-01-01T00:00:00.000Z',
  url: 'https://x.example',
}

/** A field's name spelled as the tool spells its own: as its sandbox says or, in capitals (merge tags), as its defaults show. */
export const spelled = ({ connector, sandbox }: Subject, name: string): string => {
  const { fieldFor } = sandbox({ now: () => 0 })
  if (fieldFor) return fieldFor(name)
  const own = Object.values(connector.defaults)
  return own.length > 0 && own.every((field) => field === field.toUpperCase()) ? name.toUpperCase() : name
}

/** What the suite asks of `setup`: a field of each common type, and two memberships of each kind that the manifest names. */
export const needsOf = (subject: Subject): Needs => ({
  fields: Object.entries(wanted).map(([name, type]) => ({
    name: spelled(subject, `ls_${name}`),
    type,
    label: `Leitstern ${name}`,
    writable: true,
  })),
  memberships: Object.keys(subject.connector.memberships).flatMap((kind) => [
    { kind, name: 'Headphone fans' },
    { kind, name: 'Lapsed customers' },
  ]),
})

/** What setup left to a person is now done by one: seeding a contact creates the fields and memberships that it has. */
const finishByHand = ({ sandbox }: Workbench, needs: Needs, missing: readonly ToolField[]) => {
  const fields = Object.fromEntries(missing.map(({ name, type }) => [name, sample[type]]))
  const memberships = needs.memberships.map(({ kind, name }) => `${kind}/${name}`).sort()
  sandbox.seed([{ ...person('by-hand@example.test', fields), memberships }])
}

const setUp = async ({ connector, context }: Workbench, needs: Needs): Promise<SetupReport> =>
  connector.setup?.(context('setup'), needs) ?? { created: [], present: [], manual: ['all of it'] }

const listed = async ({ connector, context }: Workbench, needs: Needs) =>
  connector.fields ? connector.fields(context('read')) : needs.fields

const prepareAfresh = async (bench: Workbench): Promise<Prepared> => {
  const needs = needsOf(bench.subject)
  const { manual } = await setUp(bench, needs)
  const there = await listed(bench, needs)
  const missing = needs.fields.filter(({ name }) => !there.some((field) => field.name === name))
  if (manual.length > 0 || missing.length > 0) finishByHand(bench, needs, missing)

  const fields = await listed(bench, needs)
  const named = (key: string, ...types: readonly FieldType[]) => {
    const name = spelled(bench.subject, `ls_${key}`)
    return fields.find((field) => field.name === name && field.writable && types.includes(field.type))?.name ?? null
  }
  const [text, other] = [named('text', 'text'), named('other', 'text')]
  assert.ok(
    text && other,
    `fields() must list ${spelled(bench.subject, 'ls_text')} as a writable text field, once it is set up`,
  )
  return {
    text,
    other,
    number: named('number', 'number'),
    boolean: named('flag', 'boolean'),
    datetime: named('since', 'datetime'),
    url: named('link', 'url', 'text'),
    memberships: needs.memberships,
  }
}

interface Snapshot {
  readonly tool: Prepared
  readonly state: unknown
}
const snapshots = new WeakMap<Subject, Snapshot>()

/**
 * Makes a tool that nobody has touched ready to be written to: by setup and, where setup cannot, by hand. Done once for each
 * subject, and restored after that.
 */
export const prepare = async (bench: Workbench): Promise<Prepared> => {
  const { subject, sandbox } = bench
  const before = snapshots.get(subject)
  if (before) sandbox.restore(structuredClone(before.state))
  const tool = before?.tool ?? (await prepareAfresh(bench))
  if (!before) snapshots.set(subject, { tool, state: structuredClone(sandbox.state()) })
  return tool
}
