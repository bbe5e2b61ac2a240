import type { Connector, Context } from '../../../core/contract/connector.ts'
import { ConnectorError } from '../../../core/contract/errors.ts'
import { altering, type Beast, good, push } from './beast.ts'

const { check } = good.connector
const client: { first?: Context<Record<string, unknown>> } = {}
const failingOpenly: Connector['check'] = (ctx) =>
  check(ctx).catch((cause: unknown) => {
    throw new ConnectorError('transient', `asking with ${JSON.stringify(ctx.settings)}`, { cause })
  })

export const hygieneBeasts: readonly Beast[] = [
  {
    does: 'logs its settings',
    connector: {
      check: async (ctx) => {
        ctx.log('checking', { settings: ctx.settings })
        return check(ctx)
      },
    },
    caughtBy: ['hygiene: no secret'],
  },
  {
    does: 'tells its settings when it fails',
    connector: { check: failingOpenly },
    caughtBy: ['hygiene: no secret'],
  },
  {
    does: 'keeps one client for all accounts',
    connector: {
      push: (ctx, changes) => {
        client.first ??= ctx
        return push(client.first, changes)
      },
    },
    caughtBy: ['hygiene: two accounts'],
  },
  {
    does: 'goes past the core',
    connector: {
      push: async (ctx, changes) => {
        await fetch('http://127.0.0.1:9/metrics').catch(() => null)
        return push(ctx, changes)
      },
    },
    caughtBy: ['hygiene: talks through the core'],
  },
  {
    does: 'delivers nothing that can be seen',
    connector: { push: altering(() => ({ fields: {} })) },
    caughtBy: ['sandbox: the page'],
  },
  {
    does: 'has a sandbox whose page runs scripts',
    sandbox: (options) => {
      const tool = good.sandbox(options)
      const raw = (email: string) =>
        `Sandbox: ${Object.values(tool.contacts().find((contact) => contact.email === email)?.fields ?? {})}`
      return { ...tool, page: raw }
    },
    caughtBy: ['sandbox: the page'],
  },
  {
    does: 'has a sandbox that forgets over a restart',
    sandbox: (options) => ({ ...good.sandbox(options), restore: () => {} }),
    caughtBy: ['sandbox: its state'],
  },
]
