import assert from 'node:assert/strict'
import { type Check, can, type Subject } from './check.ts'
import { attempt, changeOf, erase, idOf, isDone, isSame, push, pushOne, readBack } from './delivery.ts'
import { type Prepared, prepare, spelled } from './preparation.ts'
import { atWorkbench, person, type Workbench } from './workbench.ts'

const [ada, bob, stranger] = ['ada@example.test', 'bob@example.test', 'stranger@example.test']
const applies = can('push')
const kindAndName = ({ kind, name }: { readonly kind: string; readonly name: string }) => `${kind}/${name}`

/** A tool that is prepared and knows Ada and Bob. */
const atTool = (subject: Subject, work: (bench: Workbench, tool: Prepared) => Promise<void>) =>
  atWorkbench(subject, async (bench) => {
    const tool = await prepare(bench)
    bench.sandbox.seed([person(ada), person(bob)])
    await work(bench, tool)
  })

export const pushChecks: readonly Check[] = [
  {
    name: 'push: one receipt for each change, whatever the mix',
    applies,
    run: (subject) =>
      atTool(subject, async (bench, { text, memberships }) => {
        const { connector, sandbox } = bench
        const fields = { [text]: 'x' }
        const receipts = await push(bench, [
          changeOf(connector, ada, { fields, join: memberships }),
          changeOf(connector, stranger, { fields }),
          changeOf(connector, sandbox.refused, { fields, create: true }),
          changeOf(connector, 'new@example.test', { fields, create: true }),
          changeOf(connector, bob, { leave: memberships }),
        ])
        assert.equal(receipts.size, 5)
      }),
  },
  {
    name: 'push: what is reported as applied is in the tool, under its id there',
    applies,
    run: (subject) =>
      atTool(subject, async (bench, { text, other }) => {
        const receipt = await pushOne(bench, ada, { fields: { [text]: 'Kopfhörer', [other]: 'zwei' } })
        assert.equal(receipt.status, 'applied')
        assert.ok('remoteId' in receipt && receipt.remoteId, "the receipt carries the tool's own id")
        assert.equal(bench.seen(ada)?.fields[text], 'Kopfhörer')
        assert.equal(bench.seen(ada)?.fields[other], 'zwei')
        const again = await pushOne(bench, ada, { fields: { [text]: 'Platten' }, remoteId: receipt.remoteId })
        assert.equal(again.status, 'applied')
        assert.equal(bench.seen(ada)?.fields[text], 'Platten')
      }),
  },
  {
    name: 'push: a refused neighbour does not spoil the rest',
    applies,
    run: (subject) =>
      atTool(subject, async (bench, { text }) => {
        const { connector, sandbox } = bench
        const all = [ada, sandbox.refused, 'new@example.test']
        const changes = all.map((email) => changeOf(connector, email, { fields: { [text]: 'x' }, create: true }))
        const receipts = await push(bench, changes)
        assert.equal(receipts.get(idOf(sandbox.refused))?.status, 'rejected')
        for (const email of [ada, 'new@example.test']) {
          assert.equal(receipts.get(idOf(email))?.status, 'applied', email)
          assert.equal(bench.seen(email)?.fields[text], 'x', email)
        }
      }),
  },
  {
    name: 'push: the same batch twice changes nothing',
    applies,
    run: (subject) =>
      atTool(subject, async (bench, { text, other, memberships }) => {
        const step = { fields: { [text]: 'x', [other]: null }, join: memberships, create: true }
        const changes = [ada, 'new@example.test'].map((email) => changeOf(bench.connector, email, step))
        await push(bench, changes)
        const once = structuredClone(bench.sandbox.contacts())
        const again = await push(bench, changes)
        assert.deepEqual(bench.sandbox.contacts(), once)
        for (const receipt of again.values()) assert.ok(isDone(receipt), `the second time: ${receipt.status}`)
      }),
  },
  {
    name: 'push: a full batch is delivered',
    applies,
    run: (subject) =>
      atTool(subject, async (bench, { text }) => {
        const { connector, sandbox, requests } = bench
        const emails = Array.from({ length: connector.limits.batch }, (_, index) => `full-${index}@example.test`)
        sandbox.seed(emails.map((email) => person(email)))
        const before = requests.length
        const changes = emails.map((email, index) => changeOf(connector, email, { fields: { [text]: `n${index}` } }))
        for (const receipt of (await push(bench, changes)).values()) assert.equal(receipt.status, 'applied')
        for (const [index, email] of emails.entries()) assert.equal(bench.seen(email)?.fields[text], `n${index}`)
        const asked = requests.length - before
        assert.ok(asked <= 4 * emails.length + 4, `${asked} requests for ${emails.length} contacts`)
      }),
  },
  {
    name: 'push: nobody is created unless that is allowed',
    applies,
    run: (subject) =>
      atTool(subject, async (bench, { text, memberships }) => {
        const before = structuredClone(bench.sandbox.contacts())
        const { status } = await pushOne(bench, stranger, { fields: { [text]: 'x' }, join: memberships })
        assert.equal(status, 'skipped')
        assert.deepEqual(bench.sandbox.contacts(), before)
      }),
  },
  {
    name: 'push: a new contact is created where that is allowed',
    applies,
    run: (subject) =>
      atTool(subject, async (bench, { text, memberships }) => {
        const receipt = await pushOne(bench, 'new@example.test', {
          create: true,
          fields: { [text]: 'x' },
          join: memberships,
        })
        assert.equal(receipt.status, 'applied')
        assert.ok('remoteId' in receipt && receipt.remoteId, "the receipt carries the tool's own id")
        assert.equal(bench.seen('new@example.test')?.fields[text], 'x')
        assert.deepEqual(bench.seen('new@example.test')?.memberships, memberships.map(kindAndName).sort())
      }),
  },
  {
    name: 'push: fields that are not listed keep their value, null empties',
    applies,
    run: (subject) =>
      atTool(subject, async (bench, { text, other }) => {
        await pushOne(bench, ada, { fields: { [text]: 'one', [other]: 'two' } })
        assert.equal((await pushOne(bench, ada, { fields: { [other]: 'three' } })).status, 'applied')
        assert.equal(bench.seen(ada)?.fields[text], 'one')
        assert.equal((await pushOne(bench, ada, { fields: { [text]: null } })).status, 'applied')
        assert.ok(isSame(bench.seen(ada)?.fields[text], null), 'null must empty the field')
        assert.equal(bench.seen(ada)?.fields[other], 'three')
        const { firstName, lastName } = bench.seen(ada) ?? {}
        assert.deepEqual([firstName, lastName], [bench.seen(bob)?.firstName, bench.seen(bob)?.lastName])
      }),
  },
  {
    name: 'push: memberships are joined and left, one by one',
    applies: (subject) => applies(subject) && Object.keys(subject.connector.memberships).length > 0,
    run: (subject) =>
      atTool(subject, async (bench, { memberships }) => {
        const names = memberships.map(kindAndName).sort()
        assert.equal((await pushOne(bench, ada, { join: memberships })).status, 'applied')
        assert.deepEqual(bench.seen(ada)?.memberships, names)
        const [gone, ...rest] = memberships
        assert.ok(gone)
        assert.equal((await pushOne(bench, ada, { leave: [gone] })).status, 'applied')
        assert.deepEqual(bench.seen(ada)?.memberships, rest.map(kindAndName).sort())
        assert.deepEqual(bench.seen(bob)?.memberships, [])
      }),
  },
  {
    name: 'push: a field that the tool does not have is never reported as applied',
    // A tool that takes whatever comes has no fields to list.
    applies: can('push', 'fields'),
    run: (subject) =>
      atTool(subject, async (bench, { text }) => {
        const ghost = spelled(bench.subject, 'ls_ghost')
        const { value, error } = await attempt(() => pushOne(bench, ada, { fields: { [text]: 'x', [ghost]: 'y' } }))
        if (error) assert.ok(['config', 'invalid'].includes(error.kind), error.message)
        else assert.equal(value.status, 'rejected')
      }),
  },
  {
    name: 'push: a contact that has gone from the tool is skipped, by its old id too',
    applies: can('push', 'erase'),
    run: (subject) =>
      atTool(subject, async (bench, { text }) => {
        const receipt = await pushOne(bench, ada, { fields: { [text]: 'x' } })
        const remoteId = 'remoteId' in receipt ? receipt.remoteId : undefined
        await erase(bench, [ada])
        const { status } = await pushOne(bench, ada, { fields: { [text]: 'y' }, remoteId })
        assert.equal(status, 'skipped')
      }),
  },
  {
    name: 'push: an address in other letters, or with a plus sign, is the same contact',
    applies,
    run: (subject) =>
      atTool(subject, async (bench, { text }) => {
        const before = bench.sandbox.contacts().length
        bench.sandbox.seed([person('Grace.Hopper+News@Example.Test')])
        const email = 'grace.hopper+news@example.test'
        const { status } = await pushOne(bench, email, { fields: { [text]: 'x' }, create: true })
        assert.equal(status, 'applied')
        assert.equal(bench.sandbox.contacts().length, before + 1)
        assert.equal(bench.seen(email)?.fields[text], 'x')
        if (bench.connector.read) {
          const held = (await readBack(bench, [email], { fields: [text], memberships: [] })).get(email)
          assert.equal(held?.fields[text], 'x')
        }
      }),
  },
]
