import assert from 'node:assert/strict'
import type { Change, Contact, Holding, Receipt, Wanted } from '../../core/contract/change.ts'
import type { Connector } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { required } from './check.ts'
import type { Overrides, Workbench } from './workbench.ts'

/** The core's name for the contact with this address. */
export const idOf = (email: string) => `contact of ${email}`

export const contactOf = ({ keys: [type = 'email'] }: Connector, email: string, remoteId?: string): Contact => ({
  id: idOf(email),
  key: { type, value: email },
  remoteId,
})

type Step = Partial<Omit<Change, 'contact'>> & { readonly remoteId?: string | undefined }

export const changeOf = (connector: Connector, email: string, { remoteId, ...step }: Step): Change => ({
  contact: contactOf(connector, email, remoteId),
  create: false,
  fields: {},
  join: [],
  leave: [],
  ...step,
})

const batches = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

/** Pushes as the core does, never more than a batch at once, and holds the receipts to the rule of one for each change. */
export const push = async (bench: Workbench, changes: readonly Change[], overrides: Overrides = {}) => {
  const receipts: Receipt[] = []
  for (const batch of batches(changes, bench.connector.limits.batch)) {
    const given = await required(bench.connector.push)(bench.context('write', overrides), batch)
    assertOneEach(batch, given)
    const contacts = batch.map(({ contact }) => contact)
    receipts.push(...(await settled(bench, contacts, given, overrides)))
  }
  return new Map(receipts.map((receipt) => [receipt.contact, receipt]))
}

/** Jobs go on while the tool's clock does; this often they are asked about. */
const [mostRounds, roundMs] = [20, 30_000]

/** Asks about jobs as the core does, in read mode, until each has ended. */
const settled = async (
  bench: Workbench,
  contacts: readonly Contact[],
  given: readonly Receipt[],
  overrides: Overrides,
  round = 0,
): Promise<readonly Receipt[]> => {
  const tickets = new Set(given.flatMap((receipt) => (receipt.status === 'accepted' ? [receipt.ticket] : [])))
  if (tickets.size === 0) return given
  assert.ok(round < mostRounds, 'a job must end')
  bench.clock.now += roundMs
  const judged = given.filter(({ status }) => status !== 'accepted')
  for (const ticket of tickets) {
    const isOpen = (receipt: Receipt) => receipt.status === 'accepted' && receipt.ticket === ticket
    const asked = contacts.filter(({ id }) => given.some((receipt) => receipt.contact === id && isOpen(receipt)))
    const receipts = await required(bench.connector.settle)(bench.context('read', overrides), ticket, asked)
    assertOneEach(
      asked.map((contact) => ({ contact })),
      receipts,
    )
    judged.push(...receipts)
  }
  return settled(bench, contacts, judged, overrides, round + 1)
}

const assertOneEach = (changes: readonly { readonly contact: Contact }[], receipts: readonly Receipt[]) => {
  const expected = changes.map(({ contact }) => contact.id).sort()
  assert.deepEqual(receipts.map(({ contact }) => contact).sort(), expected, 'one receipt for each change')
  for (const receipt of receipts)
    if ('reason' in receipt) assert.ok(receipt.reason.trim().length > 3, `a reason that helps: ${receipt.status}`)
}

/** Pushes one change and answers with its receipt. */
export const pushOne = async (bench: Workbench, email: string, step: Step): Promise<Receipt> =>
  required((await push(bench, [changeOf(bench.connector, email, step)])).get(idOf(email)))

/** What the tool holds for these addresses, asked in read mode, never more than a batch at once. */
export const readBack = async (
  bench: Workbench,
  emails: readonly string[],
  wanted: Wanted,
  overrides: Overrides = {},
) => {
  const held = new Map<string, Holding | null>()
  const { batch: most, readBatch = most } = bench.connector.limits
  for (const batch of batches(emails, readBatch)) {
    const contacts = batch.map((email) => contactOf(bench.connector, email))
    const answer = await required(bench.connector.read)(bench.context('read', overrides), contacts, wanted)
    for (const email of batch) held.set(email, required(answer.get(idOf(email))))
  }
  return held
}

export const erase = async (bench: Workbench, emails: readonly string[]) => {
  const receipts: Receipt[] = []
  const contacts = emails.map((email) => contactOf(bench.connector, email))
  const { batch: most, eraseBatch = most } = bench.connector.limits
  for (const batch of batches(contacts, eraseBatch))
    receipts.push(...(await required(bench.connector.erase)(bench.context('write'), batch)))
  const changes = contacts.map((contact) => ({ contact }))
  assertOneEach(changes, receipts)
  return receipts.map(({ status }) => status)
}

export const isDone = ({ status }: Receipt) => status === 'applied' || status === 'unchanged'
/** Tools keep numbers and truth values as text, and show empty fields or leave them out. */
export const isSame = (a: FieldValue | undefined, b: FieldValue | undefined) => String(a ?? '') === String(b ?? '')

/** The outcome of something that may fail in the one way that connectors may. Any other error is a bug, and goes on. */
export const attempt = async <T>(
  work: () => Promise<T>,
): Promise<
  { readonly value: T; readonly error?: never } | { readonly error: ConnectorError; readonly value?: never }
> => {
  try {
    return { value: await work() }
  } catch (error) {
    if (error instanceof ConnectorError) return { error }
    throw error
  }
}
