import { ObjectSerializer, ProfileBulkImportJobEnum, ProfileEnum, type ProfileImportJobCreateQuery } from 'klaviyo-api'
import { describe, expect, it } from 'vitest'
import { payloadOf } from '../../plugins/klaviyo/map.ts'
import { needsShared, shared } from '../core/profile/shared.ts'
import { asked, exercised, subjectOf } from './exercise.ts'
import { vendorSpec } from './spec.ts'

const files = ['accounts', 'profiles', 'lists', 'events', 'metrics', 'segments', 'data_privacy', 'webhooks']
const requests = await exercised(await subjectOf('klaviyo'), { webhookUrl: 'https://hub.example/v1/hooks/klaviyo' })
const isId = (segment: string) => /^[0-9A-F]{20}$/.test(segment)

describe(`Klaviyo: requests by OpenAPI revision 2026-07-15${needsShared}`, () => {
  it.skipIf(shared === undefined)('all that the connector sends is described', () => {
    const spec = vendorSpec('klaviyo', ...files.map((file) => `${file}.json`))
    expect(requests.flatMap(spec)).toEqual([])
  })

  it('and that is all that it can do', () => {
    expect(asked(requests, isId)).toEqual([
      'DELETE /api/lists/*/relationships/profiles',
      'GET /api/accounts',
      'GET /api/events',
      'GET /api/lists',
      'GET /api/lists/*/relationships/profiles',
      'GET /api/metrics',
      'GET /api/profile-bulk-import-jobs/*',
      'GET /api/profiles',
      'GET /api/segments',
      'GET /api/webhook-topics',
      'GET /api/webhooks',
      'POST /api/data-privacy-deletion-jobs',
      'POST /api/lists',
      'POST /api/lists/*/relationships/profiles',
      'POST /api/profile-bulk-import-jobs',
      'POST /api/webhooks',
    ])
  })
})

/** Bodies by the type that Klaviyo's own client has for them. */
const bodies: Readonly<Record<string, string>> = {
  'POST /api/lists': 'ListCreateQuery',
  'POST /api/lists/*/relationships/profiles': 'ListMembersAddQuery',
  'DELETE /api/lists/*/relationships/profiles': 'ListMembersDeleteQuery',
  'POST /api/webhooks': 'WebhookCreateQuery',
  'POST /api/data-privacy-deletion-jobs': 'DataPrivacyCreateDeletionJobQuery',
}
describe("Klaviyo: bodies by the types of the vendor's client", () => {
  it.each(Object.entries(bodies))('%s: nothing of it is lost on %s', (operation, type) => {
    const sent = requests.filter((request) => asked([request], isId)[0] === operation).map(({ body }) => body)
    expect(sent.length).toBeGreaterThan(0)
    expect(sent.map((body) => ObjectSerializer.serialize(ObjectSerializer.deserialize(body, type), type))).toEqual(sent)
  })

  it('a profile of an import is what the client makes of the same facts', () => {
    const profile = {
      type: ProfileEnum.Profile,
      id: 'P1',
      attributes: { email: 'ada@example.test', firstName: 'Ada', title: null, properties: { offer: 'x', score: 7 } },
    }
    const job: ProfileImportJobCreateQuery = {
      data: { type: ProfileBulkImportJobEnum.ProfileBulkImportJob, attributes: { profiles: { data: [profile] } } },
    }
    const change = {
      contact: { id: 'c1', key: { type: 'email', value: 'ada@example.test' } },
      create: false,
      fields: { first_name: 'Ada', title: null, offer: 'x', score: 7 },
      join: [],
      leave: [],
    }
    const known = { id: 'P1', attributes: { email: 'ada@example.test' } }
    const data = { type: 'profile-bulk-import-job', attributes: { profiles: { data: [payloadOf(change, known)] } } }
    const wire = ObjectSerializer.serialize(job, 'ProfileImportJobCreateQuery')
    expect(JSON.parse(JSON.stringify(wire))).toEqual({ data })
  })
})
