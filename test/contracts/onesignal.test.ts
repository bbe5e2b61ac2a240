import { describe, expect, it } from 'vitest'
import { needsShared, shared } from '../core/profile/shared.ts'
import { asked, exercised, subjectOf } from './exercise.ts'
import { vendorSpec } from './spec.ts'

const requests = await exercised(await subjectOf('onesignal'))
const isId = (segment: string) => /@|^[0-9a-f-]{36}$/.test(segment)

describe(`OneSignal: requests by its OpenAPI 5.12.0${needsShared}`, () => {
  it.skipIf(shared === undefined)('all that the connector sends is described', () => {
    expect(requests.flatMap(vendorSpec('onesignal', 'openapi.yaml'))).toEqual([])
  })

  it('and that is all that it can do', () => {
    expect(asked(requests, isId)).toEqual([
      'DELETE /apps/*/users/by/onesignal_id/*',
      'GET /apps/*/journeys',
      'GET /apps/*/segments',
      'GET /apps/*/users/by/external_id/*',
      'GET /apps/*/users/by/onesignal_id/*',
      'PATCH /apps/*/users/by/onesignal_id/*',
      'POST /apps/*/users',
    ])
  })
})
