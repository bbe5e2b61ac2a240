import { z } from 'zod'
import { required } from '../conformance/check.ts'
import type { Workbench } from '../conformance/workbench.ts'

const values = z.record(z.string(), z.record(z.string(), z.unknown()))
export const entry = z.looseObject({
  sys: z.looseObject({ id: z.string(), version: z.number(), publishedVersion: z.number().optional() }),
  fields: values,
  metadata: z.looseObject({}),
})
export const state = z.looseObject({
  entries: z.array(entry),
  types: z.record(z.string(), z.unknown()),
  secret: z.unknown(),
})
type State = z.output<typeof state>
/** The first entry of the sandbox. */
export const firstOf = ({ sandbox }: Workbench) => required(state.parse(sandbox.state()).entries[0])
/** Something that happens in Contentful itself. */
export const alter = ({ sandbox }: Workbench, how: (held: State) => State) =>
  sandbox.restore(how(state.parse(sandbox.state())))
export const alterFirst = (bench: Workbench, how: (first: State['entries'][number]) => object) =>
  alter(bench, ({ entries: [first, ...rest], ...held }) => ({
    ...held,
    entries: [entry.parse({ ...first, ...how(required(first)) }), ...rest],
  }))
