import assert from 'node:assert/strict'
import { type Check, can, required } from './check.ts'
import { changeOf, idOf, isDone, push } from './delivery.ts'
import { prepare } from './preparation.ts'
import { atWorkbench, person } from './workbench.ts'

const emails = ['ada@example.test', 'bob@example.test', 'cleo@example.test', 'dan@example.test']

export const halfChecks: readonly Check[] = [
  {
    name: 'half a batch: who was taken is told from who was not, and the rest is tried again',
    applies: can('push'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        const { connector, sandbox, breakBy, isReading, seen } = bench
        const { text } = await prepare(bench)
        sandbox.seed(emails.map((email) => person(email)))
        let broken = 0
        breakBy((request) => {
          if (isReading(request) || broken > 0) return null
          broken += 1
          return { does: 'half', gives: 'answer' }
        })
        const changes = emails.map((email) => changeOf(connector, email, { create: true, fields: { [text]: 'x' } }))
        const receipts = await push(bench, changes)
        assert.ok(broken > 0, 'the tool must have been asked to write')
        for (const email of emails) {
          const receipt = required(receipts.get(idOf(email)))
          const holds = seen(email)?.fields[text] === 'x'
          if (isDone(receipt)) assert.ok(holds, `${email} is ${receipt.status}, but the tool does not hold it`)
          else assert.equal(receipt.status, 'retry', `${email}: a tool that breaks down is no verdict on a contact`)
        }
      }),
  },
]
