import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressOf } from '../../core/cli/address.ts'
import { run } from '../../core/cli/program.ts'
import type { Shell } from '../../core/cli/shell.ts'
import type { Operations } from '../../core/flow/operations.ts'
import { adaId } from '../support/operations.ts'
import { type ServedHub, servedHub } from '../support/served.ts'

const folder = mkdtempSync(join(tmpdir(), 'leitstern-cli-'))
let hub: ServedHub
beforeAll(async () => {
  hub = await servedHub()
})
afterAll(async () => {
  await hub.stop()
  rmSync(folder, { recursive: true })
})

const never = async (): Promise<never> => {
  throw new Error('this command starts no hub')
}
/** Runs a command line; what it says and its exit code. */
const leitstern = async (line: string | readonly string[], given: Partial<Shell> = {}) => {
  const [out, err, waited]: [string[], string[], number[]] = [[], [], []]
  const shell: Shell = {
    env: { LEITSTERN_URL: hub.url, LEITSTERN_KEY: 'key-all' },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    wait: async (ms) => void waited.push(ms),
    startHub: never,
    restHub: never,
    untilStopped: () => new Promise(() => undefined),
    ...given,
  }
  const argv = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line
  const code = await run(argv, shell)
  return { code, out: out.join('\n'), err: err.join('\n'), waited }
}

/** Command line, exit code, what stands in the answer. */
const good: readonly (readonly [string, readonly string[]])[] = [
  ['connectors', ['mail (sandbox)', 'email', 'shadow', 'Demo shop']],
  ['connectors setup mail', ['created: field FNAME']],
  ['connectors content mail --search week', ['Care week', 'post', '2026-11-20T12:00:00Z']],
  ['publish', ['revision r2 is published']],
  ['reload', ['taken over: connectors.mail.map', 'waits for "leitstern publish": rules care (changed)']],
  ['phase mail live --yes', ['shadow -> live', 'up to 110 contacts will be written to', 'now: live']],
  ['explain email:ada@example.test', ['lead-offer: headphone-care (won, rule care)', 'care', 'tier 0', 'won']],
  ['explain email:ada@example.test --slot lead-offer', ['since 2026-11-21T12:00:00.000Z', 'until something happens']],
  [`explain ${adaId}`, ['email:ada@example.test', 'segments: headphone-fans']],
  ['replay mail', ['mail: 1 put back in the queue']],
  ['export email:ada@example.test', ['"profile"', '"messages"']],
  ['erase email:ada@example.test --yes', [`profile ${adaId} is erased here; being erased in mail`]],
  ['keys', ['id', 'name', 'scopes', 'created']],
  ['keys list', ['id', 'name', 'scopes', 'created']],
  ['keys create web --scope ingest decide', ['secret-of-web']],
  ['keys create web --scopes ingest decide', ['secret-of-web']],
  ['keys create page --public --origin https://shop.example https://www.shop.example', ['secret-of-page']],
]
describe('commands that do what they are asked', () => {
  it.each(good)('%s', async (line, parts) => {
    const { code, out } = await leitstern(line)
    expect(code).toBe(0)
    for (const part of parts) expect(out).toContain(part)
  })

  it.each(good)('%s --json answers with one JSON value', async (line) => {
    const { code, out } = await leitstern(`${line} --json`)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toBeTypeOf('object')
    expect(out).not.toContain('\n')
  })

  it('a tool that decides of our offers, too, is told of, and answered with 1', async () => {
    const { code, out } = await leitstern('connectors rules mail')
    expect(code).toBe(1)
    expect(out).toMatch(/Win back +automation +active +everybody +names headphone-care/)
    expect(out).toContain('mail-hero: the tool shows win-back to 12 customers for whom the hub has decided otherwise')
  })

  it('a key that was created can be revoked', async () => {
    await leitstern('keys create shop --scope ingest')
    const { keys } = JSON.parse((await leitstern('keys --json')).out)
    expect(await leitstern(['keys', 'revoke', keys.at(-1).id])).toMatchObject({ code: 0 })
  })
})

describe('commands that change much ask first', () => {
  it('phase says what would happen, and changes nothing without --yes', async () => {
    const { code, out, err } = await leitstern('phase mail live')
    expect(code).toBe(2)
    expect(out.split('\n')).toEqual([
      'mail (Mailer): shadow since 2026-11-21T12:00:00.000Z',
      'contacts: 120, pending: 3, dead letters: 1',
      "110 in scope; the tool holds the hub's decision for 80 of them, before the first write for 40",
      'shadow -> live: it is written to for every customer in scope',
      'up to 110 contacts will be written to',
      'not met: time in shadow: 0.0 days; wanted: 14 days',
    ])
    expect(err).toContain('--yes')
  })

  it('going back from live says that what was written is taken back', async () => {
    const live = await hub.operations.connector('mail')
    const other = await servedHub({ connector: async () => live && { ...live, phase: 'live' } })
    const { out } = await leitstern('phase mail observe', {
      env: { LEITSTERN_URL: other.url, LEITSTERN_KEY: 'key-all' },
    })
    await other.stop()
    expect(out).toContain('retiring')
  })

  it('erase names the customer, and erases nobody without --yes', async () => {
    const erased: string[] = []
    const other = await servedHub({
      erase: async (id) => {
        erased.push(id)
        return { erased: true, connectors: [] }
      },
    })
    const env = { LEITSTERN_URL: other.url, LEITSTERN_KEY: 'key-all' }
    const { code, out } = await leitstern('erase email:ada@example.test', { env })
    await other.stop()
    expect([code, erased]).toEqual([2, []])
    expect(out).toContain('email:ada@example.test')
  })
})

/** Command line, exit code, what stands on stderr. */
const bad: readonly (readonly [string, 1 | 2, string])[] = [
  ['', 2, 'Usage: leitstern'],
  ['dance', 2, "unknown command 'dance'"],
  ['phase mail', 2, "missing required argument 'phase'"],
  ['phase mail sideways', 2, 'phase: Invalid option'],
  ['phase mail pilot --yes', 1, 'A pilot needs a rollout'],
  ['phase none live', 1, 'There is no connector none'],
  ['replay none', 1, 'There is no connector none'],
  ['connectors --loud', 2, "unknown option '--loud'"],
  ['explain email:nobody@example.test', 1, 'the hub knows no such customer'],
  ['explain nobody', 1, 'There is no profile nobody'],
  ['explain email:ada@example.test --slot attic', 1, 'The registry has no slot attic'],
  ['keys create web', 2, 'state at least one: --scope ingest decide'],
  ['keys create web --public', 2, '--public and --origin go together'],
  ['keys create web --scope ingest --origin https://shop.example', 2, '--public and --origin go together'],
  ['keys create web --public --origin https://shop.example/page', 1, 'is an origin as browsers state it'],
  ['keys create web --scope everything', 1, '#/scopes/0'],
  ['keys revoke none', 1, 'There is no key none'],
  ['import', 2, "missing required argument 'file'"],
  ['start --role worker', 2, 'not built yet'],
  ['plan', 2, 'plan: not built yet'],
  ['rollback r1', 2, 'rollback: not built yet'],
  ['backup', 2, "missing required argument 'file'"],
  ['backup package.json', 2, 'package.json is there already: name another file, or add --force'],
  ['restore nowhere.db', 2, 'There is no file nowhere.db'],
  ['connectors new Crm', 2, 'lower-case words joined by hyphens'],
  ['connectors --key unknown', 1, 'The key was revoked or never given out'],
]
describe('commands that cannot do what they are asked', () => {
  it.each(bad)('%j exits with %i and says why', async (line, code, part) => {
    const said = await leitstern(line)
    expect(said.err).toContain(part)
    expect(said.code).toBe(code)
  })

  it('a problem of the hub is told as JSON where JSON was asked for', async () => {
    const { code, out } = await leitstern('replay none --json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ type: '/problems/unknown-connector', status: 404 })
  })

  it('rules that do not fit are told one by one', async () => {
    const other = await servedHub({ publish: async () => ({ problems: ['rules/a.yaml:3', 'rules/b.yaml:9'] }) })
    const { code, err } = await leitstern('publish', { env: { LEITSTERN_URL: other.url, LEITSTERN_KEY: 'key-all' } })
    await other.stop()
    expect(code).toBe(1)
    expect(err.split('\n').slice(1)).toEqual(['  rules/a.yaml:3', '  rules/b.yaml:9'])
  })

  it('a connector that is paused is a problem that was found', async () => {
    const [mail] = await hub.operations.connectors()
    const other = await servedHub({
      connectors: async () => (mail ? [{ ...mail, health: 'paused', problem: 'the credential was refused' }] : []),
    })
    const { code, out } = await leitstern('connectors', { env: { LEITSTERN_URL: other.url, LEITSTERN_KEY: 'key-all' } })
    await other.stop()
    expect(code).toBe(1)
    expect(out).toContain('paused: the credential was refused')
  })

  it('a hub that is not there is named, with what to do', async () => {
    const gone = await servedHub()
    await gone.stop()
    const { code, err } = await leitstern('connectors', { env: { LEITSTERN_URL: gone.url } })
    expect(code).toBe(1)
    expect(err).toContain(`asking the hub at ${gone.url}: it does not answer; start it with "leitstern start"`)
  })

  it('--help is no wrong usage', async () => {
    const { code, out } = await leitstern('--help')
    expect(code).toBe(0)
    for (const name of ['start', 'check', 'phase', 'explain', 'import', 'keys']) expect(out).toContain(name)
  })
})

describe('where the hub is, and as whom to ask it', () => {
  writeFileSync(join(folder, 'admin.key'), 'stored\n', { mode: 0o600 })
  const data = { LEITSTERN_DATA: folder }
  const nowhere = { LEITSTERN_DATA: join(folder, 'nowhere') }
  const cases: readonly (readonly [string, Shell['env'], string | undefined, string, string | null])[] = [
    ['by default', nowhere, undefined, 'http://127.0.0.1:4600', null],
    ['HOST and PORT', { ...nowhere, HOST: '::1', PORT: '4700' }, undefined, 'http://[::1]:4700', null],
    [
      'LEITSTERN_URL',
      { ...nowhere, LEITSTERN_URL: 'https://hub.example/', PORT: '1' },
      undefined,
      'https://hub.example',
      null,
    ],
    ['the stored admin key', data, undefined, 'http://127.0.0.1:4600', 'stored'],
    ['LEITSTERN_ADMIN_KEY first', { ...data, LEITSTERN_ADMIN_KEY: 'a' }, undefined, 'http://127.0.0.1:4600', 'a'],
    [
      'LEITSTERN_KEY before',
      { ...data, LEITSTERN_ADMIN_KEY: 'a', LEITSTERN_KEY: 'k' },
      undefined,
      'http://127.0.0.1:4600',
      'k',
    ],
    ['--key before all', { ...data, LEITSTERN_KEY: 'k' }, 'stated', 'http://127.0.0.1:4600', 'stated'],
  ]
  it.each(cases)('%s', (_, env, stated, url, key) => {
    expect(addressOf(env, stated)).toEqual({ url, key })
  })
})

describe('start', () => {
  it('listens for the wish to stop before it starts, and closes the hub then', async () => {
    const steps: string[] = []
    const { code, out } = await leitstern('start', {
      startHub: async ({ out: say }) => {
        steps.push('started')
        say('listening')
        return { url: '', close: async () => void steps.push('closed') }
      },
      untilStopped: async () => void steps.push('asked'),
    })
    expect([code, out, steps]).toEqual([0, 'listening', ['asked', 'started', 'closed']])
  })

  it('a config that is not fit is told problem by problem', async () => {
    const startHub = async (): Promise<never> => {
      throw Object.assign(new Error('reading the config'), { problems: ['hub.yaml:3 …', 'hub.yaml:9 …'] })
    }
    expect(await leitstern('start', { startHub })).toMatchObject({ code: 1, err: 'hub.yaml:3 …\nhub.yaml:9 …' })
  })

  it('any other failure is told too', async () => {
    const startHub = async (): Promise<never> => {
      throw new Error('listening on 127.0.0.1:4600: the address is in use')
    }
    expect(await leitstern('start', { startHub })).toMatchObject({ code: 1, err: expect.stringContaining('in use') })
  })
})

const hubYaml = 'hub: { name: Test }\n'
const profileYaml = `
identifiers: { userId: { limit: 1 }, email: { limit: 3 } }
traits: { age: { type: number } }
events: { types: { Order Completed: { key: order_id, properties: { order_id: string, revenue: number } } } }
imports:
  orders:
    type: track
    event: Order Completed
    groupBy: Invoice
    userId: "{{ Customer }}"
    products: { sku: Item, quantity: Quantity, price: Price }
`
const configured = (hubText: string): Shell['env'] => {
  const place = mkdtempSync(join(folder, 'config-'))
  writeFileSync(join(place, 'hub.yaml'), hubText)
  writeFileSync(join(place, 'profile.yaml'), profileYaml)
  mkdirSync(join(place, 'rules'))
  writeFileSync(join(place, 'rules', 'rules.yaml'), 'segments: []\n')
  return { LEITSTERN_CONFIG: join(place, 'hub.yaml') }
}

describe('check', () => {
  it('good files have no problems', async () => {
    const env = configured(hubYaml)
    const { out, code } = await leitstern('check', { env })
    expect([out, code]).toEqual([expect.stringContaining('no problems'), 0])
  })

  it('every problem is told, with file and line', async () => {
    const env = configured(`${hubYaml}stroe: sqlite:x.db\nprofiel: ./profile.yaml\n`)
    const { code, out } = await leitstern('check', { env })
    expect(code).toBe(1)
    expect(out).toMatch(/hub\.yaml:2:1 .*stroe/)
    expect(out).toMatch(/hub\.yaml:3:1 .*profiel/)
    const json = JSON.parse((await leitstern('check --json', { env })).out)
    expect(json.problems.length).toBeGreaterThanOrEqual(2)
  })
})

describe('import', () => {
  const header = 'Invoice,Customer,Item,Quantity,Price\n'
  const fileOf = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const imported = async (file: string, overrides: Partial<Operations> = {}, more = '') => {
    const other = await servedHub(overrides)
    const env = {
      ...configured(hubYaml),
      LEITSTERN_URL: other.url,
      LEITSTERN_KEY: 'key-ingest',
    }
    const said = await leitstern(`import ${file} --as orders ${more}`, { env })
    await other.stop()
    return { ...said, received: other.received, messages: other.received.flatMap(({ messages }) => messages) }
  }

  it('sends what the import reads, and reports', async () => {
    const file = fileOf('good.csv', `${header}A,7,s1,2,1.10\nA,7,s2,1,0.20\nB,,s1,1,5\n`)
    const { code, out, messages, received } = await imported(file)
    expect([code, out]).toEqual([0, '2 accepted, 0 refused'])
    expect(messages).toMatchObject([
      { type: 'track', userId: '7', properties: { order_id: 'A', revenue: 2.4 } },
      { type: 'track', properties: { order_id: 'B' } },
    ])
    expect(received.every(({ imported }) => imported)).toBe(true)
  })

  it('reports what it and the hub refused, by reason and with the first lines', async () => {
    const rows = ['A,7,s1,x,1', 'B,8,s1,1,1', 'C,9,s1,1,1', 'D,9,s1,1,1,1']
    const file = fileOf('bad.csv', `${header}${rows.join('\n')}\n`)
    const ingest: Operations['ingest'] = async () => ({
      accepted: 1,
      repeated: 1,
      refused: [{ index: 1, messageId: null, code: 'conflict', detail: 'the id was used before' }],
    })
    const { code, out } = await imported(file, { ingest })
    expect(code).toBe(1)
    expect(out.split('\n')).toEqual([
      '1 accepted (1 known from before), 3 refused',
      '  1 x Quantity: found "x", allowed is a number such as 12.50 (line 2)',
      '  1 x Invalid Record Length: columns length is 5, got 6 on line 5 (line 5)',
      '  1 x conflict: the id was used before (line 4)',
    ])
    const json = JSON.parse((await imported(file, { ingest }, '--json')).out)
    expect(json).toMatchObject({ accepted: 1, refused: [{ count: 1, lines: [2] }, { lines: [5] }, { lines: [4] }] })
  })

  it('sends at most 200 messages and half a megabyte at once, and all of them', async () => {
    const row = (invoice: number, item: string) => `${invoice},7,${item},1,1\n`
    const many = Array.from({ length: 450 }, (_, index) => row(index, 's1')).join('')
    const large = Array.from({ length: 40 }, (_, index) => row(1_000 + index, 'x'.repeat(20_000))).join('')
    const { out, received } = await imported(fileOf('many.csv', header + many + large))
    expect(out).toBe('490 accepted, 0 refused')
    expect(Math.max(...received.map(({ messages }) => messages.length))).toBe(200)
    const sizes = received.map(({ messages }) => JSON.stringify(messages).length)
    expect(Math.max(...sizes)).toBeLessThan(500 * 1024)
  })

  it('a single message that is too large is refused alone', async () => {
    const file = fileOf('large.csv', `${header}A,7,${'x'.repeat(600_000)},1,1\nB,7,s1,1,1\n`)
    const { code, out, messages } = await imported(file)
    expect([code, messages.length]).toEqual([1, 1])
    expect(out).toContain('1 accepted, 1 refused')
    expect(out).toContain('too_large')
  })

  it('waits as long as a hub that is behind asks for, then sends the same again', async () => {
    const answers = [{ retryAfterS: 3 }, { retryAfterS: 2 }]
    const taken: unknown[] = []
    const { code, waited } = await imported(fileOf('behind.csv', `${header}A,7,s1,1,1\n`), {
      ingest: async (messages) => {
        taken.push(...messages)
        return answers.shift() ?? { accepted: messages.length, repeated: 0, refused: [] }
      },
    })
    expect([code, waited]).toEqual([0, [3_000, 2_000]])
    expect(taken).toHaveLength(3)
  })

  describe('after a break', () => {
    const many = Array.from({ length: 450 }, (_, index) => `${index},7,s1,1,1\n`).join('')
    /** A hub that breaks after some requests; then the same hub, whole. */
    const broken = async (prepare: (rest: { file: string; env: Shell['env'] }) => void, more = '') => {
      let left = 1
      const taken: number[] = []
      const other = await servedHub({
        ingest: async (messages) => {
          left -= 1
          if (left < 0) throw new Error('broken')
          taken.push(messages.length)
          return {
            accepted: messages.length - 1,
            repeated: 0,
            refused: [{ index: 0, messageId: null, code: 'conflict', detail: 'ada@example.test' }],
          }
        },
      })
      const env = { ...configured(hubYaml), LEITSTERN_URL: other.url, LEITSTERN_KEY: 'key-all' }
      const file = fileOf('break.csv', header + many)
      const first = await leitstern(`import ${file} --as orders`, { env })
      expect([first.code, taken]).toEqual([1, [200]])
      left = Number.POSITIVE_INFINITY
      prepare({ file, env })
      const second = await leitstern(`import ${file} --as orders --json ${more}`, { env })
      await other.stop()
      return { report: JSON.parse(second.out), taken, operations: other.operations }
    }

    it('sends the rest, and reports on all of it', async () => {
      const { report, taken } = await broken(() => undefined)
      expect(taken).toEqual([200, 200, 50])
      expect(report).toMatchObject({ accepted: 447, repeated: 0 })
      expect(report.refused).toEqual([
        { reason: 'conflict: ada@example.test', count: 2, lines: [202, 402] },
        { reason: 'conflict, before the break', count: 1, lines: [2] },
      ])
    })

    const changes: readonly (readonly [string, (rest: { file: string; env: Shell['env'] }) => void, string])[] = [
      ['another content', ({ file }) => writeFileSync(file, header + many.replace('449,7', '449,8')), ''],
      [
        'another way to read it',
        ({ env }) => {
          const file = join(env.LEITSTERN_CONFIG ?? '', '..', 'profile.yaml')
          writeFileSync(file, profileYaml.replace('{{ Customer }}', 'c{{ Customer }}'))
        },
        '',
      ],
      ['another key, which is another source', () => undefined, '--key key-ingest'],
      ['the wish to', () => undefined, '--restart'],
    ]
    it.each(changes)('%s starts over', async (_, change, more) => {
      const { taken } = await broken(change, more)
      expect(taken).toEqual([200, 200, 200, 50])
    })
  })

  const wrong: readonly (readonly [string, string, 1 | 2, string])[] = [
    ['no --as', 'import x.csv', 2, 'state --as'],
    ['an import that is not in profile.yaml', 'import x.csv --as visits', 2, 'allowed orders'],
    ['a file that is not there', 'import nowhere.csv --as orders', 1, 'ENOENT'],
    ['a file of another kind', 'import x.xlsx --as orders', 1, 'found the ending ".xlsx"'],
  ]
  it.each(wrong)('%s', async (_, line, code, part) => {
    const env = { ...configured(hubYaml), LEITSTERN_URL: hub.url }
    const said = await leitstern(line, { env })
    expect(said.err).toContain(part)
    expect(said.code).toBe(code)
  })

  it('a config with problems stops it before anything is sent', async () => {
    const { code, err } = await leitstern('import x.csv --as orders', { env: configured('hub: { nmae: x }\n') })
    expect(code).toBe(1)
    expect(err).toContain('hub.yaml')
  })
})
