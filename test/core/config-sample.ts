import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Plugin } from '../../core/config/connector-check.ts'
import { type Loaded, loadConfig, type Sources } from '../../core/config/load.ts'
import { formatProblem } from '../../core/config/problem.ts'
import { secret } from '../../core/contract/connector.ts'

export type Files = Readonly<Record<string, string>>

/** A config without problems, in as many files as can be. */
export const goodFiles: Files = {
  'hub.yaml': `include: [./tools/mail.yaml]
hub: { name: Shop, timezone: Europe/Berlin }
connectors:
  shop:
    use: till
    channel: commerce
    contact: { key: email }
    consent: { none: true, because: the shop is our own }
    sandbox: true
`,
  'tools/mail.yaml': `connectors:
  mail:
    use: letters
    channel: email
    settings:
      apiKey: "\${MAIL_KEY}"
      list: news
    contact: { key: email, create: inScope }
    consent: { purpose: newsletter }
    map:
      firstName: FNAME
      orders: { field: ORDERS, owner: hub }
      segment.fans: { tag: Fans }
      placement.hero.headline: HEAD
      placement.hero.decisionId: DECISION
    pull: { every: "*/5 * * * *" }
rollouts:
  first: { segment: fans, percent: 25, offers: { category: audio }, connectors: [mail, shop] }
samples:
  - file: ./people.ndjson
`,
  'tools/people.ndjson': '',
  'profile.yaml': `identifiers:
  userId: { limit: 1 }
  email: { limit: 3 }
traits:
  firstName: { type: string }
computed:
  orders: { fn: count, event: Order Completed }
  revenue: { fn: sum, event: Order Completed, property: revenue }
consents:
  newsletter: { default: denied }
events:
  types:
    Order Completed: { key: order_id, properties: { order_id: string, revenue: number } }
imports:
  people: { type: identify, userId: "{{ id }}", traits: { firstName: "{{ name }}" } }
`,
  'rules/10-segments.yaml': `segments:
  - { key: fans, when: { trait: firstName, exists: true } }
slots:
  - { key: lead }
`,
  'rules/20-offers.yaml': `placements:
  - { key: hero, channel: email, connector: mail, slot: lead, fields: { headline: { type: text } }, fallback: { en-GB: { headline: New } } }
offers:
  - { key: care, category: audio, content: { default: { en-GB: { headline: Care } } } }
segments:
  - { key: buyers, when: { event: Order Completed } }
`,
}

const letters: Plugin = {
  settings: z.strictObject({
    apiKey: secret('Key').min(8),
    list: z.string().regex(/^[a-z]+$/),
    tries: z.int().default(3),
    region: z
      .string()
      .refine((region) => region.length === 2, { error: ({ input }) => `${input} is no region` })
      .optional(),
    proxy: z.strictObject({ token: secret('Token') }).optional(),
  }),
  keys: ['email'],
  memberships: { tag: 'Tags' },
  defaults: { firstName: 'FNAME' },
}
const till: Plugin = {
  settings: z.strictObject({ token: secret('Token') }),
  keys: ['email', 'userId'],
  memberships: {},
  defaults: {},
}

/** Loads files from a folder of their own; `file` and all paths are relative to it. */
export const load = (files: Files, sources: Partial<Sources> = {}): { loaded: Loaded; folder: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'leitstern-config-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  try {
    const loaded = loadConfig({
      file: join(folder, 'hub.yaml'),
      env: { MAIL_KEY: 'mail-key-value' },
      plugins: new Map([
        ['letters', letters],
        ['till', till],
      ]),
      ...sources,
    })
    return { loaded, folder }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The problems as an admin reads them. */
export const problemsOf = (files: Files, sources: Partial<Sources> = {}): readonly string[] => {
  const { loaded, folder } = load(files, sources)
  return 'problems' in loaded
    ? loaded.problems.map((problem) => formatProblem(problem).replaceAll(`${folder}/`, ''))
    : []
}

export type Change = readonly [from: string, to: string]

/** The good files with parts of their text replaced, file by file. */
export const damagedFiles = (changes: Readonly<Record<string, readonly Change[]>>): Files => {
  const contents = Object.entries(changes).map(([file, replaced]) => {
    const content = replaced.reduce((text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`damaging ${file}: it does not contain ${from}`)
      return text.replace(from, to)
    }, goodFiles[file] ?? '')
    return [file, content]
  })
  return { ...goodFiles, ...Object.fromEntries(contents) }
}
