import { createHmac } from 'node:crypto'
import type {
  Sandbox,
  SandboxContact,
  SandboxFactory,
  SandboxReply,
  SandboxRequest,
} from '../../core/contract/sandbox.ts'
import { type FieldValue, fieldValue } from '../../core/contract/value.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { answer, refuse } from './sandbox-api.ts'
import { frontPage } from './sandbox-page.ts'
import { createSpace, type Kept, locale, type Space, visitorType } from './sandbox-space.ts'

const token = 'CFPAT-sandbox-token'
const webhookSecret = 'sandboxsecret'.padEnd(64, '0')
const webhookUrl = 'https://hub.example/v1/hooks/contentful'

const typeFor = (value: FieldValue): string => {
  if (typeof value === 'number') return 'Number'
  if (typeof value === 'boolean') return 'Boolean'
  return /^\d{4}-\d\d-\d\dT/.test(String(value)) ? 'Date' : 'Text'
}
/** An editor adds to the content type what it does not have yet. */
const defineFields = (space: Space, fields: SandboxContact['fields']) => {
  const type = space.types()[visitorType]
  const missing = Object.entries(fields).filter(([id]) => !type?.fields.some((field) => field.id === id))
  if (!type || missing.length === 0) return
  const added = missing.map(([id, value]) => {
    return { id, name: id, type: typeFor(value), required: false, disabled: false, validations: [] }
  })
  space.publishType(space.writeType(visitorType, { ...type, fields: [...type.fields, ...added] }))
}
const isOf = (email: string) => (kept: Kept) =>
  kept.sys.contentType.sys.id === visitorType && kept.fields.email?.[locale] === email.toLowerCase()

const tagLinks = (space: Space, memberships: readonly string[]) =>
  memberships.map((membership) => {
    const name = membership.replace(/^tag\//, '')
    const { sys } = space.tags().find((tag) => tag.name === name) ?? space.addTag(space.nextId(), name)
    return { sys: { type: 'Link' as const, linkType: 'Tag', id: sys.id } }
  })
/** The content type lets no editor publish an address in other letters. */
const seedOne = (space: Space, { email, fields, memberships }: SandboxContact) => {
  defineFields(space, fields)
  const before = space.entries().find(isOf(email))
  const filled = Object.entries({ ...fields, email: email.toLowerCase() }).filter(
    ([, value]) => value !== null && value !== '',
  )
  const own = Object.fromEntries(filled.map(([id, value]) => [id, { [locale]: value }]))
  const input = { fields: { ...before?.fields, ...own }, metadata: { tags: tagLinks(space, memberships) } }
  space.publish(before ? space.replace(before, input) : space.add(space.nextId(), visitorType, input))
}

const seen = (space: Space, { fields, metadata }: Kept): SandboxContact => {
  const filled = Object.entries(fields).flatMap(([id, values]) => {
    const { data = null } = fieldValue.safeParse(values[locale] ?? null)
    return id === 'email' || data === null || data === '' ? [] : [[id, data] as const]
  })
  const ids = new Set(metadata.tags.map(({ sys }) => sys.id))
  const names = space.tags().flatMap(({ sys, name }) => (ids.has(sys.id) ? [`tag/${name}`] : []))
  return { email: String(fields.email?.[locale]), fields: Object.fromEntries(filled), memberships: names.sort() }
}

/** What Contentful sends when an entry was published, with all that it signs. */
const published = (kept: Kept | undefined, now: number): RawRequest => {
  const body = JSON.stringify({ sys: { ...kept?.sys, revision: 1 }, fields: kept?.fields, metadata: kept?.metadata })
  const signed = {
    'content-type': 'application/vnd.contentful.management.v1+json',
    'x-contentful-signed-headers': 'content-type,x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic',
    'x-contentful-timestamp': String(now),
    'x-contentful-topic': 'ContentManagement.Entry.publish',
  }
  const text = Object.entries(signed).map(([name, value]) => `${name}:${value}`)
  const canonical = ['POST', '/v1/hooks/contentful', text.join(';'), body].join('\n')
  const signature = createHmac('sha256', webhookSecret).update(canonical).digest('hex')
  return {
    method: 'POST',
    url: '/v1/hooks/contentful',
    headers: { ...signed, 'x-contentful-signature': signature },
    body: Buffer.from(body),
  }
}

/** A Contentful space in memory, with a content type for visitors. */
export const sandbox: SandboxFactory = ({ now, account }): Sandbox => {
  const space = createSpace(now, account)
  const settings = (baseUrl: string) => ({ baseUrl, token, space: 'sandbox', webhookUrl, webhookSecret })
  const visitors = () => space.entries().filter(({ sys }) => sys.contentType.sys.id === visitorType)
  const contacts = () =>
    visitors()
      .map((kept) => seen(space, kept))
      .sort((a, b) => (a.email < b.email ? -1 : 1))
  const handle = (request: SandboxRequest): SandboxReply =>
    request.headers.authorization === `Bearer ${token}`
      ? answer(space, request)
      : refuse(401, 'AccessTokenInvalid', 'The access token you sent could not be found or is invalid.')

  return {
    settings,
    wrongSettings: (url) => ({ ...settings(url), token: 'CFPAT-another-token' }),
    handle,
    // Every call writes one entry.
    half: () => null,
    state: space.state,
    restore: space.restore,
    seed: (given) => {
      for (const contact of given) seedOne(space, contact)
    },
    contacts,
    page: (email) => frontPage(contacts().find((contact) => contact.email === email.toLowerCase())),
    webhook: (email, at) => published(visitors().find(isOf(email)), at),
    refused: 'nobody@nowhere',
  }
}
