import type { Component, Veto } from '../../../core/profile/component.ts'
import { foldAll } from '../../../core/profile/fold.ts'
import type { Message } from '../../../core/profile/message.ts'
import type { Profile } from '../../../core/profile/profile.ts'
import { profilesOf } from '../../../core/profile/profiles.ts'
import { isRefusal, type Reception, readMessage } from '../../../core/profile/segment.ts'
import { type ProfileSettings, profileSettings } from '../../../core/profile/settings.ts'

export const identityKey = 'the key of the tests'
export const day = 86_400_000
export const noon = Date.parse('2026-11-21T12:00:00Z')

const shop = {
  identifiers: {
    userId: { limit: 1 },
    email: { limit: 3, blocked: ['noemail@shop.example', { pattern: '^test@' }, { pattern: '@shop.example$' }] },
    phone: { limit: 3, region: 'DE' },
    anonymousId: { limit: 5 },
  },
  traits: {
    firstName: { type: 'string' },
    points: { type: 'number', strategy: 'max' },
    birthday: { type: 'date', strategy: 'oldest' },
    'subscription.endsAt': { type: 'datetime' },
  },
  consents: { email_marketing: { default: 'denied' }, personalization: { default: 'granted' } },
  events: {
    types: {
      'Order Completed': {
        key: 'order_id',
        properties: {
          order_id: 'string',
          revenue: 'number',
          coupon: 'string',
          'shipping.method': 'string',
          'products[].category': 'string',
          'products[].price': 'number',
        },
      },
      'Page Viewed': { properties: { name: 'string' } },
    },
  },
}

/** The shop's profile.yaml, with whole sections replaced. */
export const settingsWith = (sections: Readonly<Record<string, unknown>> = {}): ProfileSettings =>
  profileSettings.parse({ ...shop, ...sections })
export const settings = settingsWith()

type Circumstances = Partial<Reception>

/** The message in a Segment body; stops the test if it is refused. */
export const said = (body: Readonly<Record<string, unknown>>, how: Circumstances = {}): Message => {
  const message = readMessage(body, { source: 'web', receivedAt: noon, sentAt: null, settings, ...how })
  if (isRefusal(message)) throw new Error(`${message.code}: ${message.detail}`)
  return message
}

export const iso = (at: number): string => new Date(at).toISOString()

export const fold = (messages: readonly Message[], under = settings): readonly Component[] =>
  foldAll([], messages, { settings: under, identityKey })

/** Higher for crm than for shop than for all others. */
export const sourceRank = (source: string): number => ['shop', 'crm'].indexOf(source)

export const profilesFrom = (
  messages: readonly Message[],
  under: ProfileSettings = settings,
  vetoes: readonly Veto[] = [],
): readonly Profile[] => fold(messages, under).flatMap((component) => profilesOf(component, vetoes, under, sourceRank))

/** The profile of messages that are all about one customer. */
export const profileFrom = (messages: readonly Message[], under: ProfileSettings = settings): Profile => {
  const [profile, ...others] = profilesFrom(messages, under)
  if (profile === undefined || others.length > 0) throw new Error(`expected one profile, found ${others.length + 1}`)
  return profile
}

/** Who is one customer with whom: `['email:ada@x.test userId:u1']`. */
export const people = (profiles: readonly Profile[]): readonly string[] =>
  profiles
    .map(({ nodes }) =>
      nodes
        .map(({ type, value }) => `${type}:${value}`)
        .sort()
        .join(' '),
    )
    .sort()
