import assert from 'node:assert/strict'
import type { Contact } from '../../core/contract/change.ts'
import { type Check, can, required, type Subject } from './check.ts'
import { changeOf, contactOf, idOf, push, readBack } from './delivery.ts'
import { prepare } from './preparation.ts'
import { atWorkbench, person, type Workbench } from './workbench.ts'

const [ada, bob, stranger] = ['ada@example.test', 'bob@example.test', 'stranger@example.test']
const nothing = { fields: [], memberships: [] }

interface Meeting {
  readonly bench: Workbench
  /** A field of the tool. */
  readonly text: string
  /** The tool's own id of Ada. */
  readonly remoteId: string
  /** Somebody the tool does not know, and Ada, whom it knows by that id. */
  readonly contacts: readonly Contact[]
}
/** A tool that knows Ada and Bob, and is asked for a stranger and for Ada in one go. */
const meeting = (subject: Subject, work: (met: Meeting) => Promise<void>) =>
  atWorkbench(subject, async (bench) => {
    const { text } = await prepare(bench)
    bench.sandbox.seed([person(ada), person(bob)])
    const remoteId = required((await readBack(bench, [ada], nothing)).get(ada)?.remoteId)
    const contacts = [contactOf(bench.connector, stranger), contactOf(bench.connector, ada, remoteId)]
    await work({ bench, text, remoteId, contacts })
  })

/** Whom the tool does not know is nobody, whoever else is asked for: never one who happens to be at hand. */
export const strangerChecks: readonly Check[] = [
  {
    name: "read: a stranger beside somebody known by the tool's own id is unknown",
    applies: can('read'),
    run: (subject) =>
      meeting(subject, async ({ bench, contacts, remoteId }) => {
        const held = await required(bench.connector.read)(bench.context('read'), contacts, nothing)
        assert.equal(held.get(idOf(stranger)), null)
        assert.equal(held.get(idOf(ada))?.remoteId, remoteId)
      }),
  },
  {
    name: "push: a stranger beside somebody known by the tool's own id is skipped",
    applies: can('read', 'push'),
    run: (subject) =>
      meeting(subject, async ({ bench, text, remoteId }) => {
        const receipts = await push(bench, [
          changeOf(bench.connector, stranger, { fields: { [text]: 'for a stranger' } }),
          changeOf(bench.connector, ada, { fields: { [text]: 'for Ada' }, remoteId }),
        ])
        assert.deepEqual(
          [stranger, ada].map((email) => receipts.get(idOf(email))?.status),
          ['skipped', 'applied'],
        )
        assert.deepEqual(
          [ada, bob].map((email) => bench.seen(email)?.fields[text]),
          ['for Ada', undefined],
        )
      }),
  },
  {
    name: "erase: a stranger beside somebody known by the tool's own id takes nobody along",
    applies: can('read', 'erase'),
    run: (subject) =>
      meeting(subject, async ({ bench, contacts }) => {
        const receipts = await required(bench.connector.erase)(bench.context('write'), contacts)
        const statusOf = (email: string) => receipts.find(({ contact }) => contact === idOf(email))?.status
        assert.deepEqual([stranger, ada].map(statusOf), ['unchanged', 'applied'])
        assert.ok(bench.seen(bob), 'somebody else has gone, too')
      }),
  },
]
