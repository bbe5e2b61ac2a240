import type { Change, Contact, Receipt } from '../../../core/contract/change.ts'
import type { Connector } from '../../../core/contract/connector.ts'
import type { FieldValue } from '../../../core/contract/value.ts'
import { required } from '../check.ts'
import { altering, answering, applied, type Beast, good, push } from './beast.ts'

const { connector } = good
const [setup, read, erase] = [required(connector.setup), required(connector.read), required(connector.erase)]

const withFields = (change: Change, turn: (value: FieldValue) => FieldValue) => ({
  fields: Object.fromEntries(Object.entries(change.fields).map(([name, value]) => [name, turn(value)])),
})
const keyed = (change: Change, turn: (email: string) => string) => ({
  contact: { ...change.contact, key: { ...change.contact.key, value: turn(change.contact.key.value) } },
})
/** One after another, each failure judged by `otherwise`. */
const oneByOne =
  (otherwise: (change: Change) => Receipt): NonNullable<Connector['push']> =>
  async (ctx, changes) => {
    const receipts: Receipt[] = []
    for (const change of changes) receipts.push(...(await push(ctx, [change]).catch(() => [otherwise(change)])))
    return receipts
  }
/** Whoever has no id of the tool becomes one who has. */
const mistaken = (contacts: readonly Contact[]) => {
  const known = contacts.find(({ remoteId }) => remoteId !== undefined)
  return contacts.map((contact) => (known && contact.remoteId === undefined ? { ...known, id: contact.id } : contact))
}
let sends = 0

export const writingBeasts: readonly Beast[] = [
  {
    does: 'sets up in silence',
    connector: {
      setup: async (ctx, needs) => {
        await setup(ctx, needs)
        return { created: [], present: [], manual: [] }
      },
    },
    caughtBy: ['setup: creates what is missing'],
  },
  {
    does: 'says to have set up what it has not',
    connector: {
      setup: async (_, needs) => ({ created: needs.fields.map(({ name }) => name), present: [], manual: [] }),
    },
    caughtBy: ['setup: what it says to have created'],
  },
  {
    does: 'sets up anew each time',
    connector: {
      setup: async (ctx, needs) => {
        const [first] = needs.fields
        if (first) await setup(ctx, { ...needs, fields: [{ ...first, name: `${first.name}_${sends++}` }] })
        return setup(ctx, needs)
      },
    },
    caughtBy: ['setup: a second time'],
  },
  {
    does: 'drops a receipt',
    connector: { push: async (ctx, changes) => (await push(ctx, changes)).slice(1) },
    caughtBy: ['push: one receipt for each change'],
  },
  {
    does: 'reports before it has done anything',
    connector: { push: async (_, changes) => changes.map(({ contact }) => applied(contact.id)) },
    caughtBy: ['push: what is reported as applied', 'push: a new contact', 'push: a full batch', 'push: memberships'],
  },
  {
    does: 'keeps the id of the tool to itself',
    connector: {
      push: answering((receipt) =>
        receipt.status === 'applied' ? { contact: receipt.contact, status: 'applied' } : receipt,
      ),
    },
    caughtBy: ['push: what is reported as applied', 'push: a new contact', 'read: gives back exactly'],
  },
  {
    does: 'reports a refused contact as applied',
    connector: { push: answering((receipt) => applied(receipt.contact)) },
    caughtBy: ['push: a refused neighbour', 'push: nobody is created', 'push: a contact that has gone'],
  },
  {
    does: 'gives up on all for one refused contact',
    connector: {
      push: async (ctx, changes) => {
        const receipts = await push(ctx, changes)
        const refused = receipts.some(({ status }) => status === 'rejected')
        return refused
          ? changes.map(({ contact }) => ({ contact: contact.id, status: 'rejected', reason: 'refused' }))
          : receipts
      },
    },
    caughtBy: ['push: a refused neighbour'],
  },
  {
    does: 'stamps whatever it sends',
    connector: { push: altering((change) => withFields(change, (value) => value && `${value} ${sends++}`)) },
    caughtBy: ['push: the same batch twice'],
  },
  {
    does: 'sends ten contacts of a batch',
    connector: {
      push: async (ctx, changes) => [
        ...(await push(ctx, changes.slice(0, 10))),
        ...changes.slice(10).map(({ contact }) => applied(contact.id)),
      ],
    },
    caughtBy: ['push: a full batch'],
  },
  {
    does: 'creates whom it may not',
    connector: { push: altering(() => ({ create: true })) },
    caughtBy: ['push: nobody is created', 'push: a contact that has gone'],
  },
  {
    does: 'creates nobody',
    connector: { push: altering(() => ({ create: false })) },
    caughtBy: ['push: a new contact'],
  },
  {
    does: 'leaves out what is to be emptied',
    connector: {
      push: altering(({ fields }) => ({
        fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
      })),
    },
    caughtBy: ['push: fields that are not listed'],
  },
  {
    does: 'never leaves a tag',
    connector: { push: altering(() => ({ leave: [] })) },
    caughtBy: ['push: memberships are joined and left'],
  },
  {
    does: 'believes a 200',
    connector: { push: answering((receipt) => (receipt.status === 'rejected' ? applied(receipt.contact) : receipt)) },
    caughtBy: ['push: a field that the tool does not have', 'value: whatever is applied'],
  },
  {
    does: 'loses what follows a plus sign',
    connector: { push: altering((change) => keyed(change, (email) => email.replace(/\+[^@]*/, ''))) },
    caughtBy: ['push: an address in other letters'],
  },
  {
    does: 'cuts long texts',
    connector: {
      push: altering((change) =>
        withFields(change, (value) => (typeof value === 'string' ? value.slice(0, 255) : value)),
      ),
    },
    caughtBy: ['value: whatever is applied'],
  },
  {
    does: 'writes a dash for an empty text',
    connector: { push: altering((change) => withFields(change, (value) => (value === '' ? '-' : value))) },
    caughtBy: ['value: an empty text'],
  },
  {
    does: 'takes a batch that went through for one that was done',
    connector: { push: answering(({ contact }) => applied(contact)) },
    caughtBy: ['half a batch: '],
  },
  {
    does: 'swallows failures',
    connector: { push: oneByOne(({ contact }) => applied(contact.id)) },
    caughtBy: [
      'failing push: 500, always: nothing',
      'failing push: no answer, after the first write',
      'failing push: nothing at all, on every write',
    ],
  },
  {
    does: 'blames the contact for a failing tool',
    connector: { push: oneByOne(({ contact }) => ({ contact: contact.id, status: 'rejected', reason: 'it failed' })) },
    caughtBy: ['failing push: '],
  },
  {
    does: 'empties where it should erase',
    connector: {
      erase: (ctx, contacts) =>
        push(
          ctx,
          contacts.map((contact) => ({ contact, create: false, fields: { ls_text: null }, join: [], leave: [] })),
        ),
    },
    caughtBy: ['erase: leaves no trace', 'erase: twice', 'erase: read finds nobody', 'erase: pull names'],
  },
  {
    does: 'swallows failures to erase',
    connector: {
      erase: (ctx, contacts) => erase(ctx, contacts).catch(() => contacts.map(({ id }) => applied(id))),
    },
    caughtBy: ['erase: a tool that fails'],
  },
  {
    does: 'takes a stranger for somebody at hand',
    connector: {
      read: (ctx, contacts, wanted) => read(ctx, mistaken(contacts), wanted),
      push: (ctx, changes) => {
        const contacts = mistaken(changes.map(({ contact }) => contact))
        return push(
          ctx,
          changes.map((change, index) => ({ ...change, contact: contacts[index] ?? change.contact })),
        )
      },
      erase: (ctx, contacts) => erase(ctx, mistaken(contacts)),
    },
    caughtBy: ['read: a stranger', 'push: a stranger', 'erase: a stranger'],
  },
]
