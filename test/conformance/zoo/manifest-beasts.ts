import { z } from 'zod'
import { type Beast, good } from './beast.ts'

const { settings, limits, ways, connect } = good.connector
const plain = z.string().describe('A key that anybody may see')

export const manifestBeasts: readonly Beast[] = [
  {
    does: 'allows no contact in a batch',
    connector: { limits: { ...limits, batch: 0 } },
    caughtBy: ['manifest: says what it is'],
  },
  {
    does: 'promises jobs that nobody can ask about',
    connector: { ways: { ...ways, push: { mode: 'job', atomic: false, failures: 'by-report', upsert: 'email' } } },
    caughtBy: ['manifest: says how the tool takes'],
  },
  {
    does: 'does not say how it pulls',
    connector: { ways: ways.push === undefined ? {} : { push: ways.push } },
    caughtBy: ['manifest: says how the tool takes'],
  },
  {
    does: 'gives defaults for things that are no traits',
    connector: { defaults: { 'First name!': 'first_name' } },
    caughtBy: ['manifest: defaults'],
  },
  {
    does: 'leaves a setting without a word about it',
    connector: { settings: settings.extend({ region: z.string().optional() }) },
    caughtBy: ['settings: every one is described'],
  },
  {
    does: 'overlooks a mistyped setting',
    connector: { settings: settings.loose() },
    caughtBy: ['settings: every one is described', 'manifest: says what it is'],
  },
  {
    does: 'shows its key to everybody',
    connector: { settings: settings.extend({ apiKey: plain }) },
    caughtBy: ['settings: secrets are marked'],
  },
  {
    does: 'leads elsewhere than its settings say',
    connector: { connect: (given) => ({ ...connect(given), baseUrl: 'http://127.0.0.1:1' }) },
    caughtBy: ['settings: those of the sandbox'],
  },
]
