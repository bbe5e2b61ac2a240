import assert from 'node:assert/strict'
import { z } from 'zod'
import { connectorFrom } from '../../core/host/manifest.ts'
import type { Check, Subject } from './check.ts'

const always = () => true
const address = 'http://127.0.0.1:9'
const property = z.looseObject({ description: z.string().optional(), secret: z.boolean().optional() })

/** The top level of a settings schema as JSON Schema shows it. */
const settingsOf = ({ connector }: Subject) =>
  z
    .object({ properties: z.record(z.string(), property) })
    .parse(z.toJSONSchema(connector.settings, { io: 'input', unrepresentable: 'any' })).properties
const sampleOf = ({ sandbox }: Subject) => sandbox({ now: () => 0 }).settings(address)

export const manifestChecks: readonly Check[] = [
  {
    name: 'manifest: says what it is, soundly',
    applies: always,
    run: async ({ connector }) => {
      assert.equal(connectorFrom({ default: connector }, connector.id), connector)
      assert.ok(connector.docs.startsWith('https://'), 'docs: where the vendor documents its API')
      assert.ok(connector.summary.trim().endsWith('.'), 'summary: one sentence for the catalogue')
      assert.ok(connector.push === undefined || connector.read !== undefined, 'what is pushed must be readable, too')
    },
  },
  {
    name: 'manifest: says how the tool takes and gives what the connector does',
    applies: always,
    run: async ({ connector: { ways, push, pull, settle, limits } }) => {
      assert.equal(ways.push !== undefined, push !== undefined, 'ways.push belongs to push')
      assert.equal(ways.pull !== undefined, pull !== undefined, 'ways.pull belongs to pull')
      assert.equal(ways.push?.mode === 'job', settle !== undefined, 'a job is settled, and nothing else is')
      for (const size of [limits.readBatch, limits.eraseBatch]) assert.ok(size === undefined || size > 0)
    },
  },
  {
    name: 'manifest: defaults lead from canonical traits to fields of the tool',
    applies: always,
    run: async ({ connector }) => {
      for (const [trait, field] of Object.entries(connector.defaults)) {
        assert.match(trait, /^[a-z][a-zA-Z0-9]*(\.[a-zA-Z0-9]+)*$/, `defaults: ${trait} is no name of a trait`)
        assert.equal(field, field.trim(), `defaults.${trait}`)
      }
    },
  },
  {
    name: 'settings: every one is described, and a mistyped one is found',
    applies: always,
    run: async (subject) => {
      for (const [name, { description = '' }] of Object.entries(settingsOf(subject)))
        assert.ok(description.trim().length > 3, `settings.${name} needs a description`)
      const { success } = subject.connector.settings.safeParse({ ...sampleOf(subject), surprise: 1 })
      assert.equal(success, false, 'unknown settings must be refused')
    },
  },
  {
    name: 'settings: secrets are marked as such',
    applies: always,
    run: async (subject) => {
      for (const [name, { secret }] of Object.entries(settingsOf(subject)))
        if (/secret|token|password|api_?key/i.test(name)) assert.equal(secret, true, `settings.${name}: use secret()`)
      const wrong = subject.sandbox({ now: () => 0 }).wrongSettings(address)
      const marked = Object.entries(settingsOf(subject)).filter(([, { secret }]) => secret === true)
      const differs = marked.some(([name]) => wrong[name] !== sampleOf(subject)[name])
      assert.ok(differs, 'the credential that the sandbox gets wrong must be marked by secret()')
    },
  },
  {
    name: 'settings: those of the sandbox fit, and lead to it and nowhere else',
    applies: always,
    run: async (subject) => {
      const { connector } = subject
      const { baseUrl, headers } = connector.connect(connector.settings.parse(sampleOf(subject)))
      assert.equal(new URL(baseUrl).origin, address, 'connect must lead where the settings say')
      assert.doesNotMatch(baseUrl, /[?#]/, 'a base address has no query')
      const gives = Object.keys(headers).length > 0 || connector.authorize !== undefined
      assert.ok(gives, 'connect must give the credential, or authorize get one')
    },
  },
]
