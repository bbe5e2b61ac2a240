import { z } from 'zod'
import { connectorSettings, rolloutSettings } from '../deliver/settings.ts'

export const hubSettings = z.strictObject({
  include: z.array(z.string()).default([]).describe('Further files, relative to this one'),
  hub: z.strictObject({
    name: z.string().min(1),
    baseUrl: z.url().default('http://127.0.0.1:4600'),
    timezone: z.string().default('UTC').describe('IANA name'),
    locales: z.array(z.string()).min(1).default(['en-GB']),
    loopback: z.boolean().default(false).describe('Lets connectors reach tools on this machine, over plain http too'),
    networks: z
      .array(z.union([z.cidrv4(), z.cidrv6()]))
      .default([])
      .describe('Networks inside the company that connectors may reach, by https: ["10.1.0.0/16"]'),
    folders: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Folders of this machine that connectors may read and write, with all below them; absolute, or relative to the data folder',
      ),
    identityKey: z.string().optional().describe('Keys the profile ids; default: from hub.name'),
  }),
  store: z.string().default('sqlite:leitstern.db').describe('sqlite:<path relative to the data folder>'),
  stream: z.string().default('embedded'),
  profile: z.string().default('./profile.yaml'),
  registry: z
    .strictObject({ files: z.string().default('./rules'), publish: z.enum(['auto', 'review']).default('auto') })
    .prefault({}),
  sources: z.record(z.string(), z.strictObject({ rank: z.number().default(0) })).default({}),
  connectors: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]*$/, 'kebab-case: lower-case letters, digits and hyphens'),
      connectorSettings,
    )
    .default({}),
  rollouts: z.record(z.string(), rolloutSettings).default({}),
  samples: z
    .array(z.strictObject({ file: z.string() }))
    .default([])
    .describe(
      'Customers loaded through the ordinary ingest when the hub starts: files of Segment messages, one a line',
    ),
})
export type HubSettings = z.output<typeof hubSettings>

/** What profile ids are keyed with. */
export const identityKeyOf = ({ identityKey, name }: HubSettings['hub']): string => identityKey ?? `leitstern:${name}`
