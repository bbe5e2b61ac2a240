import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { secret } from '../../core/contract/connector.ts'
import { credentialsOf, redactFor, secretsOf } from '../../core/host/redact.ts'

describe('redaction', () => {
  it('finds the secrets of settings wherever the schema marks them', () => {
    const schema = z.strictObject({
      url: z.url(),
      apiKey: secret('Key'),
      signing: secret('Signing secret').optional(),
      spare: secret('Not given').optional(),
      oauth: z.strictObject({ id: z.string(), token: secret('Token') }),
      accounts: z.array(z.strictObject({ password: secret('Password') })),
    })
    const settings = {
      url: 'https://x.example',
      apiKey: 'k1',
      signing: 's1',
      oauth: { id: 'public', token: 't1' },
      accounts: [{ password: 'p1' }, { password: 'p2' }],
    }
    expect(secretsOf(schema, settings)).toEqual(['k1', 's1', 't1', 'p1', 'p2'])
  })

  it('finds the credentials among headers, with and without their scheme', () => {
    expect(credentialsOf({ authorization: 'Bearer abc', accept: 'application/json', 'x-api-key': 'def' })).toEqual([
      'Bearer abc',
      'abc',
      'def',
      'def',
    ])
  })

  it.each([
    ['a secret', 'key=hunter2.', 'key=[secret].'],
    ['a secret that holds another one, whole', 'hunter2-more', '[secret]'],
    ['each time', 'hunter2 hunter2', '[secret] [secret]'],
    ['a secret in an address', '?k=a%26b', '?k=[secret]'],
    ['a secret in JSON', String.raw`{"k":"c\"d"}`, '{"k":"[secret]"}'],
    ['nothing else', 'hunter', 'hunter'],
  ])('replaces %s', (_, text, expected) => {
    expect(redactFor(['hunter2', 'hunter2-more', 'a&b', 'c"d', '']).text(text)).toBe(expected)
  })

  it('goes through fields at any depth, and takes errors as their message', () => {
    const { fields } = redactFor(['hunter2'])
    const seen = fields({
      a: ['hunter2', { b: 'is hunter2' }],
      hunter2: 1,
      error: new Error('with hunter2'),
      none: null,
    })
    expect(seen).toEqual({
      a: ['[secret]', { b: 'is [secret]' }],
      '[secret]': 1,
      error: 'Error: with [secret]',
      none: null,
    })
  })
})
