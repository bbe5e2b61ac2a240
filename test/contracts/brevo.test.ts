import { describe, expect, it } from 'vitest'
import { needsShared, shared } from '../core/profile/shared.ts'
import { asked, exercised, subjectOf } from './exercise.ts'
import { vendorSpec } from './spec.ts'

const requests = await exercised(await subjectOf('brevo'), { webhookUrl: 'https://hub.example/v1/hooks/brevo' })
const isId = (segment: string) => /@|^\d+$|^LS_/.test(segment)

/** The description says that `excludeHtmlContent` is a truth value, and then that it is one of two texts: nothing is both. */
const contradiction = /query excludeHtmlContent: must be equal to one of the allowed values/

describe(`Brevo: requests by its Swagger${needsShared}`, () => {
  it.skipIf(shared === undefined)('all that the connector sends is described', () => {
    const problems = requests.flatMap(vendorSpec('brevo', 'swagger.yaml'))
    expect(problems.filter((problem) => !contradiction.test(problem))).toEqual([])
  })

  it('and that is all that it can do', () => {
    expect(asked(requests, isId)).toEqual([
      'DELETE /v3/contacts/*',
      'GET /v3/account',
      'GET /v3/contacts',
      'GET /v3/contacts/*',
      'GET /v3/contacts/attributes',
      'GET /v3/contacts/folders',
      'GET /v3/contacts/lists',
      'GET /v3/contacts/segments',
      'GET /v3/emailCampaigns',
      'GET /v3/webhooks',
      'POST /v3/contacts',
      'POST /v3/contacts/attributes/normal/*',
      'POST /v3/contacts/batch',
      'POST /v3/contacts/folders',
      'POST /v3/contacts/lists',
      'POST /v3/webhooks',
    ])
  })
})
