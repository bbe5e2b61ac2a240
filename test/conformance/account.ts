import assert from 'node:assert/strict'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { Check } from './check.ts'
import { atWorkbench } from './workbench.ts'

const always = () => true

export const accountChecks: readonly Check[] = [
  {
    name: 'check: names the account, and asks the tool for it',
    applies: always,
    run: (subject) =>
      atWorkbench(subject, async ({ connector, context, requests }) => {
        const { account, epoch } = await connector.check(context('read'))
        assert.ok(account.trim().length > 0, 'the name of the account')
        assert.ok(epoch.trim().length > 0, 'the epoch of the account')
        assert.ok(requests.length > 0, 'check must ask the tool')
      }),
  },
  {
    name: 'check: the epoch stays while the account is the same',
    applies: always,
    run: (subject) =>
      atWorkbench(subject, async ({ connector, context, clock }) => {
        const first = await connector.check(context('read'))
        clock.now += 86_400_000
        assert.deepEqual(await connector.check(context('read')), first)
      }),
  },
  {
    name: 'check: another account has another epoch',
    applies: always,
    run: (subject) =>
      atWorkbench(subject, async ({ connector, context, sandbox, clock }) => {
        const first = await connector.check(context('read'))
        sandbox.restore(subject.sandbox({ now: () => clock.now, account: 'another' }).state())
        const other = await connector.check(context('read'))
        assert.notDeepEqual([other.account, other.epoch], [first.account, first.epoch])
      }),
  },
  {
    name: 'check: a wrong credential fails as auth',
    applies: always,
    run: (subject) =>
      atWorkbench(subject, async ({ connector, context, sandbox, url }) => {
        const ctx = context('read', { settings: sandbox.wrongSettings(url) })
        await assert.rejects(
          async () => connector.check(ctx),
          (error) => error instanceof ConnectorError && error.kind === 'auth',
        )
      }),
  },
  {
    name: 'check: a tool that fails is not taken for a good one',
    applies: always,
    run: (subject) =>
      atWorkbench(subject, async ({ connector, context, breakBy }) => {
        breakBy(() => ({ status: 500, json: { message: 'internal' } }))
        await assert.rejects(async () => connector.check(context('read')), ConnectorError)
      }),
  },
]
