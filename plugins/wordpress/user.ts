import { z } from 'zod'

const map = z.union([
  z.record(z.string(), z.unknown()),
  // PHP writes an empty map as a list.
  z.array(z.unknown()).transform((): Record<string, unknown> => ({})),
])

/** A user as `context=edit` shows it. Source: https://developer.wordpress.org/rest-api/reference/users/ */
export const user = z.object({
  id: z.number(),
  email: z.string(),
  first_name: z.string().default(''),
  last_name: z.string().default(''),
  registered_date: z.string().default(''),
  capabilities: map.default({}),
  /** Only keys that are registered with `show_in_rest`, but all of these, set or not. One of them is the editor's own. */
  meta: map.default({}).transform(({ persisted_preferences, ...meta }) => meta),
})
export type User = z.output<typeof user>

/** Whoever may edit posts works on the site: no customer, and not ours to pull or to delete. */
export const isStaff = ({ capabilities }: User): boolean => capabilities.edit_posts === true

const emptyLike = (value: unknown) => (Array.isArray(value) ? [] : typeof value === 'object' ? value : '')
/** The user with every field empty: the shape that a new one will have. */
export const emptied = (model: User): User => ({
  ...model,
  first_name: '',
  last_name: '',
  meta: Object.fromEntries(Object.entries(model.meta).map(([name, value]) => [name, emptyLike(value)])),
})
