import { describe, expect, it } from 'vitest'
import { type Change, damagedFiles, goodFiles, load, problemsOf } from './config-sample.ts'

const mail = (...changes: Change[]) => damagedFiles({ 'tools/mail.yaml': changes })
const shop = (...changes: Change[]) => damagedFiles({ 'hub.yaml': changes })
const only = 'a secret may only be stated as "${ENV_NAME}" or "${file:path}"'
const apiKey = 'tools/mail.yaml:6:7 connectors.mail.settings.apiKey'

describe('config secrets', () => {
  it('config: a secret comes from the environment, or from a file beside the one that names it', () => {
    const files = {
      ...damagedFiles({
        'hub.yaml': [['name: Shop', 'name: Shop, identityKey: "${IDENTITY}"']],
        'tools/mail.yaml': [['"${MAIL_KEY}"', '"${file:./keys/mail}"']],
      }),
      'tools/keys/mail': 'key-of-a-file\n',
    }
    const { loaded, folder } = load(files, { env: { IDENTITY: 'salt' } })
    const config = 'config' in loaded ? loaded.config : null
    expect(config?.hub.identityKey).toBe('salt')
    expect(config?.connectors.mail?.settings.apiKey).toBe('key-of-a-file')
    expect(config?.files).toContain(`${folder}/tools/keys/mail`)
  })

  it.each([
    {
      name: 'a variable that is not set',
      files: mail(['MAIL_KEY', 'OTHER_KEY']),
      problems: [`${apiKey}: the environment variable OTHER_KEY is not set`],
    },
    {
      name: 'a file that is not there',
      files: mail(['${MAIL_KEY}', '${file:./keys/mail}']),
      problems: [`${apiKey}: reading tools/keys/mail: it does not exist`],
    },
    {
      name: 'a variable that is not set, outside of the settings',
      files: shop(['name: Shop', 'name: Shop, identityKey: "${IDENTITY}"']),
      problems: ['hub.yaml:2:20 hub.identityKey: the environment variable IDENTITY is not set'],
    },
    {
      name: 'a reference among other text',
      files: mail(['list: news', 'list: "news${SUFFIX}"']),
      problems: [
        'tools/mail.yaml:7:7 connectors.mail.settings.list: a reference must be the whole value: "${ENV_NAME}" or "${file:path}"',
        'tools/mail.yaml:7:7 connectors.mail.settings.list: found "news${SUFFIX}", allowed text like /^[a-z]+$/',
      ],
    },
    {
      name: 'a literal secret',
      files: mail(['"${MAIL_KEY}"', 's3cret']),
      problems: [`${apiKey}: ${only}`],
    },
    {
      name: 'a literal secret that is no text',
      files: mail(['"${MAIL_KEY}"', '{ s3cret: 1 }']),
      problems: [`${apiKey}: ${only}`],
    },
    {
      name: 'a literal secret inside of a setting',
      files: mail(['list: news', 'list: news\n      proxy: { token: s3cret }']),
      problems: [`tools/mail.yaml:8:16 connectors.mail.settings.proxy.token: ${only}`],
    },
    {
      name: 'a literal secret beside a sandbox',
      files: shop(['sandbox: true', 'sandbox: true\n    settings: { token: s3cret }']),
      problems: [`hub.yaml:10:17 connectors.shop.settings.token: ${only}`],
    },
    {
      name: 'a secret under a misspelt key, beside a sandbox',
      files: shop(['sandbox: true', 'sandbox: true\n    settings: { tokn: "${SHOP_TOKEN}" }']),
      problems: ['hub.yaml:10:17 connectors.shop.settings.tokn: unknown key, allowed token; nearest: token'],
    },
    {
      name: 'a secret in place of the settings',
      files: mail(['settings:\n      apiKey: "${MAIL_KEY}"\n      list: news', 'settings: s3cret']),
      problems: ['tools/mail.yaml:5:5 connectors.mail.settings: found a text, allowed a map'],
    },
    {
      name: 'a secret that is read as YAML',
      files: mail(['"${MAIL_KEY}"', '!s3cret x']),
      problems: ['tools/mail.yaml:6:15 not YAML: Unresolved tag'],
    },
    {
      name: 'a setting that is missing where no sandbox supplies it',
      files: shop(['sandbox: true', 'sandbox: false']),
      problems: ['hub.yaml:4:3 connectors.shop.settings.token: is missing: a text'],
    },
  ])('config: refuses $name', ({ files, problems }) => {
    expect(problemsOf(files)).toEqual(problems)
    expect(problems.join()).not.toContain('s3cret')
  })

  it('config: a sandbox needs no secret, so that a variable may be missing', () => {
    const files = shop(['sandbox: true', 'sandbox: true\n    settings: { token: "${SHOP_TOKEN}" }'])
    const { loaded } = load(files)
    expect('config' in loaded ? loaded.config.connectors.shop?.settings : loaded).toEqual({})
  })

  it("config: a problem with a secret's value names the reference, never the value", () => {
    const { loaded } = load(goodFiles, { env: { MAIL_KEY: 'k3y' } })
    expect(loaded).toMatchObject({
      problems: [{ path: 'connectors.mail.settings.apiKey', found: '${MAIL_KEY}', allowed: 'at least 8 characters' }],
    })
    expect(JSON.stringify(loaded)).not.toContain('k3y')
  })

  it("config: a plugin's own message that quotes a secret is shown without it", () => {
    const files = mail(['list: news', 'list: news\n      region: "${REGION}"'])
    const problems = problemsOf(files, { env: { MAIL_KEY: 'mail-key-value', REGION: 'k3y-of-region' } })
    expect(problems).toEqual(['tools/mail.yaml:8:7 connectors.mail.settings.region: … is no region'])
  })
})
