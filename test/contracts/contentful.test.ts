import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import {
  type ContentTypeProps,
  type CreateEntryProps,
  type CreateTagProps,
  createClient,
  type WebhookProps,
} from 'contentful-management'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import { entry } from '../../plugins/contentful/entry.ts'
import { bodyOf } from '../../plugins/contentful/map.ts'
import { bodyFor, contentType } from '../../plugins/contentful/model.ts'
import { problem } from '../../plugins/contentful/problem.ts'
import { settings } from '../../plugins/contentful/settings.ts'
import { webhookFor } from '../../plugins/contentful/setup.ts'
import { newTag } from '../../plugins/contentful/tag.ts'
import { changeOf } from '../conformance/delivery.ts'
import { atWorkbench, type Workbench } from '../conformance/workbench.ts'
import { shared } from '../core/profile/shared.ts'
import { exercised, subjectOf } from './exercise.ts'

const subject = await subjectOf('contentful')
const field = { name: 'hero', type: 'text', label: 'Hero', writable: true } as const

describe("bodies by the types of the vendor's client", () => {
  it('of an entry, a content type, a tag and a webhook', () => {
    const change = changeOf(subject.connector, 'Ada@example.test', { create: true, fields: { hero: 'x' } })
    const made: CreateEntryProps = bodyOf(change, null, new Map(), 'de')
    expect(made).toEqual({ fields: { email: { de: 'ada@example.test' }, hero: { de: 'x' } }, metadata: { tags: [] } })
    const type: Omit<ContentTypeProps, 'sys' | 'description' | 'displayField'> = bodyFor(null, [field])
    expect(type.fields.map(({ id }) => id)).toEqual(['email', 'hero'])
    const tag: CreateTagProps = newTag('VIP')
    expect(tag).toEqual({ name: 'VIP', sys: { visibility: 'private' } })
    const given = settings.parse({ token: 't', space: 's' })
    const webhook: Omit<WebhookProps, 'sys'> = webhookFor(given, 'https://hub.example/v1/hooks/contentful')
    expect(webhook.filters).toHaveLength(2)
  })
})

const collections = new Set(['entries', 'tags', 'content_types', 'webhook_definitions'])
/** What kind of request it is: ids are left out, and which version is named. */
const shapeOf = ({ method, path, headers, body }: SandboxRequest): string => {
  const segments = (path.split('?')[0] ?? '').split('/')
  const shape = segments.map((segment, index) => (collections.has(segments[index - 1] ?? '') ? '*' : segment)).join('/')
  const names = ['x-contentful-version', 'x-contentful-content-type', 'content-type'].filter((name) => name in headers)
  const keys = Object.keys(z.record(z.string(), z.unknown()).catch({}).parse(body)).sort()
  // The client leaves it to its user to name the version of what is deleted.
  const stated = method === 'DELETE' ? names.filter((name) => name !== 'x-contentful-version') : names
  return `${method} ${shape} {${keys}} ${stated}`
}
const shapesOf = (requests: readonly SandboxRequest[]) =>
  [...new Set(requests.filter(({ method }) => method !== 'GET').map(shapeOf))].sort()

/** The vendor's own client does at the sandbox what the connector does there. */
const byClient = async ({ url, requests }: Workbench) => {
  const client = createClient(
    { accessToken: 'CFPAT-sandbox-token', host: url.replace('http://', ''), insecure: true, retryOnError: false },
    { type: 'plain', defaults: { spaceId: 'sandbox', environmentId: 'master' } },
  )
  const [id, contentTypeId] = [{ entryId: 'v1' }, { contentTypeId: 'leitsternVisitor' }]
  const visitor = { fields: { email: { 'en-US': 'ada@example.test' } }, metadata: { tags: [] } }
  const made = await client.entry.createWithId({ ...contentTypeId, ...id }, visitor)
  const published = await client.entry.publish(id, made)
  await client.entry.update(id, published)
  await client.entry.unpublish(id)
  await client.entry.delete(id)
  await client.tag.createWithId({ tagId: 't1' }, { name: 'VIP', sys: { visibility: 'private' } })
  const type = await client.contentType.get(contentTypeId)
  await client.contentType.publish(contentTypeId, await client.contentType.update(contentTypeId, type))
  await client.webhook.upsertSigningSecret({}, { value: 'a'.repeat(64) })
  return shapesOf(requests)
}

describe("requests by the vendor's client", () => {
  it('are those that the connector writes by, which besides only makes a webhook under an id of its own', () =>
    atWorkbench(subject, async (bench) => {
      const known = await byClient(bench)
      const own = shapesOf(await exercised(subject))
      expect(own.filter((shape) => !known.includes(shape))).toEqual([
        'PUT /spaces/sandbox/webhook_definitions/* {active,filters,headers,name,topics,url} content-type',
      ])
      expect(known.filter((shape) => !own.includes(shape))).toEqual([])
    }))
})

const file = join(shared ?? '', 'contracts', 'recorded', 'contentful.json.br')
const needsRecordings =
  shared !== undefined && existsSync(file) ? '' : ' (skipped: LEITSTERN_SHARED has no recordings of it)'
const exchange = z.object({ method: z.string(), path: z.string(), status: z.number(), res: z.unknown() })
const replies: readonly (readonly [RegExp, z.ZodType])[] = [
  [/\/entries$/, z.union([z.object({ items: z.array(entry) }), entry])],
  [/\/entries\/[^/]+$/, entry],
  [/\/content_types$/, z.object({ items: z.array(contentType) })],
  [/\/content_types\/[^/]+(?:\/published)?$/, contentType],
]

describe.skipIf(needsRecordings !== '')(`recorded answers of Contentful${needsRecordings}`, () => {
  const all = () => z.array(exchange).parse(JSON.parse(String(brotliDecompressSync(readFileSync(file)))))
  it('are understood: entries and content types', () => {
    const judged = all()
      .filter(({ status, method }) => status < 300 && method !== 'DELETE')
      .flatMap(({ path, res }) => {
        const schema = replies.find(([pattern]) => pattern.test(path))?.[1]
        return schema ? [schema.safeParse(res).error?.message ?? 'understood'] : []
      })
    expect(new Set(judged)).toEqual(new Set(['understood']))
    expect(judged.length).toBeGreaterThan(50)
  })

  it('are understood: errors', () => {
    const errors = all().filter(({ status }) => status >= 400)
    expect(errors.length).toBeGreaterThan(0)
    for (const { res } of errors) expect(problem.parse(res).sys.id).toBe('NotFound')
  })
})
