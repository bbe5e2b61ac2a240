import assert from 'node:assert/strict'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import { type Check, required } from './check.ts'
import { atWorkbench } from './workbench.ts'

const applies: Check['applies'] = ({ connector }) => connector.authorize !== undefined
const isSame = (one: SandboxRequest, other: SandboxRequest | undefined) =>
  one.method === other?.method && one.path === other.path && JSON.stringify(one.body) === JSON.stringify(other.body)

/** Only for tools that want more than `connect` can give. */
export const loginChecks: readonly Check[] = [
  {
    name: 'authorize: asks the tool for a grant, and says truly how long it holds',
    applies,
    run: (subject) =>
      atWorkbench(subject, async ({ connector, context, requests, clock, logged }) => {
        const { headers, expiresAt } = await required(connector.authorize)(context('read'))
        assert.ok(requests.length > 0, 'a grant must come from the tool')
        assert.ok(Object.keys(headers).length > 0, 'a grant must give a header')
        assert.ok(expiresAt === null || expiresAt > clock.now, 'it has run out already')
        for (const value of Object.values(headers)) assert.ok(!logged.join().includes(value), 'it logs its grant')
      }),
  },
  {
    name: 'authorize: when the tool refuses a grant, another is asked for and the call goes on',
    applies,
    run: (subject) =>
      atWorkbench(subject, async ({ connector, context, requests, breakBy }) => {
        const expected = await connector.check(context('read'))
        const [login] = requests
        let refused = 0
        breakBy((request) => {
          if (isSame(request, login) || refused > 0) return null
          refused += 1
          return { status: 401, json: {} }
        })
        assert.deepEqual(await connector.check(context('read')), expected)
        assert.equal(refused, 1, 'the tool must be asked for more than the grant')
        const logins = requests.filter((request) => isSame(request, login))
        assert.equal(logins.length, 3, 'once for each context, and once more')
      }),
  },
]
