import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { during } from '../support/during.ts'
import { type Box, type BoxOptions, hubInABox, testProfile } from '../support/hub.ts'
import { eventually } from '../support/hub-at.ts'
import { type PaperTool, paperTool } from '../support/paper.ts'
import { runningHub, temporaryFolder } from '../support/running-hub.ts'
import { connectorOf, identify, order, shopRegistry } from '../support/shop.ts'
import { smallShop } from '../support/small-shop.ts'
import * as wire from '../support/wire.ts'

let box: Box
afterEach(() => box.close())

const clock = { now: Date.parse('2026-11-21T12:00:00Z') }
const paper = () => paperTool(() => clock.now)
const registryFor = (...connectors: readonly string[]) => ({
  ...shopRegistry,
  placements: shopRegistry.placements.filter(({ connector }) => connectors.includes(connector)),
})
/** A connector that sends names only. */
const named = (key: string, more: Record<string, unknown> = {}) =>
  connectorOf(key, { map: { firstName: 'NAME' }, ...more })
const open = async (papers: Readonly<Record<string, PaperTool>>, more: Partial<BoxOptions> = {}) => {
  box = await hubInABox({
    clock,
    papers,
    registry: registryFor(...Object.keys(papers)),
    connectors: Object.fromEntries(Object.keys(papers).map((key) => [key, named(key)])),
    ...more,
  })
}
const reload = () => box.flow.operations.reload({ name: 'ops' })
const reloaded = async (files: Partial<BoxOptions>) => {
  box.write(files)
  const answer = await reload()
  await box.flow.settle()
  return answer
}
const views = async () => (await box.flow.operations.listProfiles({ limit: 100, cursor: null })).items
const says = (source: string, ...messages: readonly Record<string, unknown>[]) =>
  box.flow.operations.ingest(messages, { actor: { name: source }, sentAt: null })
const withMap = (map: Record<string, unknown>) => ({ mail: named('mail', { map }) })

describe('connectors', () => {
  it('a map line that changes is written under its new name, and what the old one wrote is given back', async () => {
    const mail = paper()
    await open({ mail })
    await box.say(identify('u1', { email: 'ada@x.test', firstName: 'Ada' }))
    await box.flow.settle()
    expect(mail.holds('ada@x.test')).toEqual({ NAME: 'Ada' })
    const sent = mail.writes.length
    expect(await reloaded({ connectors: withMap({ firstName: 'VORNAME' }) })).toEqual({
      changed: ['connectors.mail.map'],
      waiting: [],
    })
    expect(mail.holds('ada@x.test')).toEqual({ VORNAME: 'Ada' })
    const later = mail.writes.slice(sent).flatMap(({ changes }) => changes)
    expect(later.map(({ fields }) => fields)).toEqual([{ VORNAME: 'Ada', NAME: null }])
  })

  it('a plan says how many contacts another map would write to, and a reload then writes to those alone', async () => {
    const mail = paper()
    await open({ mail })
    await box.say(identify('u1', { email: 'ada@x.test', firstName: 'Ada', plan: 'pro' }))
    await box.say(identify('u2', { email: 'bob@x.test', firstName: 'Bob', plan: 'pro' }))
    await box.say(identify('u3', { email: 'eve@x.test', firstName: 'Eve' }))
    await box.flow.settle()
    const sent = mail.writes.length
    const files = { connectors: withMap({ firstName: 'NAME', plan: 'PLAN' }) }
    box.write(files)
    const plan = { changed: ['connectors.mail.map'], connectors: [{ connector: 'mail', contacts: 3, writes: 2 }] }
    expect(await box.flow.operations.plan()).toEqual(plan)
    await box.flow.settle()
    expect(mail.writes.length).toBe(sent)
    expect(mail.holds('ada@x.test')).toEqual({ NAME: 'Ada' })
    await reloaded(files)
    const later = mail.writes.slice(sent).flatMap(({ changes }) => changes)
    expect(later.map(({ contact }) => contact.key.value).sort()).toEqual(['ada@x.test', 'bob@x.test'])
    expect(await box.flow.operations.plan()).toEqual({
      changed: [],
      connectors: [{ connector: 'mail', contacts: 3, writes: 0 }],
    })
  })

  it('a plan counts whom it would write to once, though a split person stands on two pages of its count', async () => {
    await open({ mail: paper() })
    const people = Array.from({ length: 40 }, (_, index) => `u${index}`)
    for (const device of ['phone', 'desk'])
      await box.say(
        ...people.map((name) => identify(name, { email: `${name}@x.test` }, { anonymousId: `${device} of ${name}` })),
      )
    for (const { id, identifiers } of await views())
      for (const device of identifiers.filter(({ type }) => type === 'anonymousId'))
        await box.flow.operations.split(id, [device], { name: 'admin' })
    await box.flow.settle()
    box.write({ connectors: withMap({ controlled: 'HUB' }) })
    expect(await box.flow.operations.plan()).toMatchObject({ connectors: [{ contacts: 40, writes: 40 }] })
  })

  it('what is being sent ends under the old settings, and nothing begins under them any more', async () => {
    const plain = paper()
    const answers: unknown[] = []
    const mail = during(plain, 'push', async () => {
      box.write({ connectors: withMap({ firstName: 'VORNAME' }) })
      answers.push(await reload())
      await box.say(identify('u2', { email: 'eve@x.test', firstName: 'Eve' }))
      // The call that is under way has not told yet what it does.
      expect(plain.writes).toEqual([])
    })
    await open({ mail })
    await box.say(identify('u1', { email: 'ada@x.test', firstName: 'Ada' }))
    await box.flow.settle()
    expect(answers).toEqual([{ changed: ['connectors.mail.map'], waiting: [] }])
    const [first, ...later] = plain.writes.flatMap(({ changes }) => changes)
    expect(first?.fields).toMatchObject({ NAME: 'Ada' })
    expect(later.filter(({ fields }) => typeof fields.NAME === 'string')).toEqual([])
    expect(plain.holds('ada@x.test')).toEqual({ VORNAME: 'Ada' })
    expect(plain.holds('eve@x.test')).toEqual({ VORNAME: 'Eve' })
  })

  it('one that is new is reached, checked and written; one that is gone is left as it is, and resumes when it is back', async () => {
    const [mail, site] = [paper(), paper()]
    await open({ mail, site }, { connectors: { mail: named('mail') } })
    await box.say(identify('u1', { email: 'ada@x.test', firstName: 'Ada' }))
    await box.flow.settle()
    expect(site.writes).toEqual([])
    const both = { mail: named('mail'), site: named('site', { phase: 'shadow' }) }
    expect(await reloaded({ connectors: both })).toMatchObject({ changed: ['connectors.site'] })
    expect(await box.flow.operations.setPhase('site', 'live', { name: 'ops' })).toEqual({ phase: 'live' })
    await box.flow.settle()
    expect(site.holds('ada@x.test')).toMatchObject({ NAME: 'Ada' })

    expect(await reloaded({ connectors: { mail: named('mail') } })).toMatchObject({
      changed: ['connectors.site'],
    })
    clock.now += 1_000
    await box.say(identify('u1', { firstName: 'Adele' }))
    await box.flow.settle()
    expect(site.holds('ada@x.test')).toMatchObject({ NAME: 'Ada' })
    expect((await box.flow.operations.connectors()).map(({ id }) => id)).toEqual(['mail'])
    const [ada] = await views()
    expect((await box.flow.operations.channels(ada?.id ?? ''))?.map(({ connector }) => connector)).toEqual(['mail'])
    expect(await box.flow.operations.metrics()).not.toContain('connector="site"')

    await reloaded({ connectors: both })
    const back = await box.flow.operations.connector('site')
    expect(back).toMatchObject({ phase: 'live', contacts: 1, account: 'paper' })
    expect(site.holds('ada@x.test')).toMatchObject({ NAME: 'Adele' })
  })

  it('of phases in the file only off acts at once; it is audited, and the phase that was set holds else', async () => {
    const mail = paper()
    await open({ mail })
    const withPhase = (phase: string) => ({ connectors: { mail: named('mail', { phase }) } })
    const phase = async () => (await box.flow.operations.connector('mail'))?.phase
    await reloaded(withPhase('observe'))
    expect(await phase()).toBe('live')
    await reloaded(withPhase('off'))
    expect(await phase()).toBe('off')
    expect(await box.flow.operations.phases()).toMatchObject([{ connector: 'mail', phase: 'off', by: 'ops' }])
    await reloaded(withPhase('live'))
    expect(await phase()).toBe('off')
  })

  it('one that cannot be opened keeps all the rest from being taken over', async () => {
    const mail = paper()
    await open({ mail })
    await box.say(identify('u1', { email: 'ada@x.test', firstName: 'Ada' }))
    await box.flow.settle()
    const sent = mail.writes.length
    const answer = await reloaded({
      connectors: { ...withMap({ firstName: 'VORNAME' }), crm: named('crm') },
      sources: { web: { rank: 7 } },
    })
    expect(answer).toEqual({ problems: ['taking over the config: opening the paper tool crm: there is none'] })
    expect(box.flow.operations.config().problems).toHaveLength(1)
    expect(mail.writes.length).toBe(sent)
    clock.now += 1_000
    await box.say(identify('u1', { firstName: 'Adele' }))
    await box.flow.settle()
    expect(mail.holds('ada@x.test')).toEqual({ NAME: 'Adele' })
    expect(await reloaded({ connectors: withMap({ firstName: 'VORNAME' }), sources: {} })).toMatchObject({
      changed: ['connectors.mail.map'],
    })
    expect(box.flow.operations.config().problems).toEqual([])
  })
})

describe('who customers are', () => {
  it('a rank changes who is believed', async () => {
    const mail = paper()
    await open({ mail }, { sources: { web: { rank: 20 }, crm: { rank: 10 } } })
    await says('web', identify('u1', { email: 'ada@x.test', firstName: 'Ada' }))
    await says('crm', identify('u1', { firstName: 'Augusta' }))
    await box.flow.settle()
    expect(mail.holds('ada@x.test')).toEqual({ NAME: 'Ada' })
    expect(await reloaded({ sources: { web: { rank: 20 }, crm: { rank: 90 } } })).toMatchObject({
      changed: ['sources.crm'],
    })
    expect((await views())[0]?.traits.firstName).toBe('Augusta')
    expect(mail.holds('ada@x.test')).toEqual({ NAME: 'Augusta' })
  })

  it('a strategy that changes is held to all that was ever said, of which the profile kept only the last', async () => {
    await open({})
    for (const [day, plan] of ['b', 'c', 'a'].entries())
      await box.say(identify('u1', { plan }, { timestamp: `2026-11-0${day + 1}T00:00:00Z` }))
    const [before] = await views()
    expect(before?.traits.plan).toBe('a')
    const plan = { type: 'string', strategy: 'max' }
    const profile = { ...testProfile, traits: { ...testProfile.traits, plan } }
    expect(await reloaded({ profile })).toMatchObject({ changed: ['profile.traits.plan.strategy'] })
    expect((await views()).map(({ id, traits }) => [id, traits.plan])).toEqual([[before?.id, 'c']])
    await reloaded({ profile: testProfile })
    expect(await views()).toEqual([before])
  })

  it('a limit that changes parts who is no longer one customer, and joins them again', async () => {
    await open({})
    await box.say(
      identify('u1', { email: 'one@x.test' }, { timestamp: '2026-11-01T00:00:00Z' }),
      identify('u1', { email: 'two@x.test' }, { timestamp: '2026-11-02T00:00:00Z' }),
    )
    const emails = async () =>
      (await views()).map(({ identifiers }) => identifiers.map(({ value }) => value).sort()).sort()
    expect(await emails()).toEqual([['one@x.test', 'two@x.test', 'u1']])
    const identifiers = { ...testProfile.identifiers, email: { limit: 1 } }
    await reloaded({ profile: { ...testProfile, identifiers } })
    expect(await emails()).toEqual([['one@x.test', 'u1'], ['two@x.test']])
    await reloaded({ profile: testProfile })
    expect(await emails()).toEqual([['one@x.test', 'two@x.test', 'u1']])
  })

  const withViews = {
    ...testProfile,
    computed: { ...testProfile.computed, views: { fn: 'count', event: 'Product Viewed' } },
    events: { ...testProfile.events, types: { ...testProfile.events.types, 'Product Viewed': { properties: {} } } },
  }
  let serial = 0
  const view = (userId: string) => ({
    type: 'track',
    messageId: `view-${++serial}`,
    userId,
    event: 'Product Viewed',
    properties: {},
  })
  const viewsOf = async (userId: string) => {
    const identifier = { type: 'userId', value: userId }
    const { items } = await box.flow.operations.listProfiles({ limit: 1, cursor: null, identifier })
    return items[0]?.computed.views
  }

  it('while profiles are folded anew everybody is answered as ever, and what is said meanwhile counts once', async () => {
    await open({})
    await box.say(identify('u1', { email: 'ada@x.test' }), order('u1', 'o1', 5, '2026-11-20T10:00:00Z'))
    for (let page = 0; page < 24; page++)
      await box.say(...Array.from({ length: 100 }, (_, n) => view(n % 2 === 0 ? 'u1' : `other-${page}-${n}`)))
    const before = await box.flow.operations.decide({ profile: { userId: 'u1' } })
    box.write({ profile: withViews })
    let isDone = false
    const reloading = reload().finally(() => {
      isDone = true
    })
    const meanwhile = { before: 0, after: 0 }
    while (meanwhile.after < 5) {
      const messages = [view('u1'), view(`late-${meanwhile.before}`)]
      const isBefore = !isDone
      await box.say(...messages)
      await box.say(...messages)
      meanwhile[isBefore ? 'before' : 'after'] += 1
      expect(await box.flow.operations.decide({ profile: { userId: 'u1' } })).toEqual(before)
    }
    expect(await reloading).toMatchObject({
      changed: ['profile.computed.views', 'profile.events.types.Product Viewed'],
    })
    expect(meanwhile.before).toBeGreaterThan(1)
    await box.flow.settle()
    expect(await viewsOf('u1')).toBe(1_200 + meanwhile.before + meanwhile.after)
    expect(await box.store.countMessages()).toBe(2_402 + 2 * (meanwhile.before + meanwhile.after))
    const [ada] = await box.flow.operations.decisions((await views())[0]?.id ?? '').then((all) => all ?? [])
    expect(ada === undefined || ada.endedAt === null).toBe(true)
  })

  it('what was read under the old settings is not brought into profiles of the new ones', async () => {
    await open({})
    for (let page = 0; page < 6; page++)
      await box.say(...Array.from({ length: 100 }, (_, n) => identify(`a-${page}-${n}`, {})))
    const email = { limit: 3, blocked: [{ pattern: '^nobody-' }] }
    box.write({ profile: { ...testProfile, identifiers: { ...testProfile.identifiers, email } } })
    let isDone = false
    const reloading = reload().finally(() => {
      isDone = true
    })
    const said: Promise<void>[] = []
    while (!isDone) {
      for (let n = 0; n < 20; n++)
        said.push(box.say(identify(`b-${said.length}`, { email: `nobody-${said.length}@x.test` })))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all([reloading, ...said])
    expect(said.length).toBeGreaterThan(20)
    for (let n = 0; n < said.length; n++) {
      const identifier = { type: 'userId', value: `b-${n}` }
      const { items } = await box.flow.operations.listProfiles({ limit: 1, cursor: null, identifier })
      expect(items.map(({ identifiers }) => identifiers)).toEqual([[identifier]])
    }
  })

  it('whoever is erased while profiles are folded anew stays erased, and is a new customer when they come back', async () => {
    await open({})
    await box.say(identify('gone', { email: 'gus@x.test', firstName: 'Gus' }), view('gone'))
    for (let page = 0; page < 12; page++)
      await box.say(...Array.from({ length: 100 }, (_, n) => view(`p-${page}-${n}`)))
    const identifier = { type: 'userId', value: 'gone' }
    const { items } = await box.flow.operations.listProfiles({ limit: 1, cursor: null, identifier })
    box.write({ profile: withViews })
    const reloading = reload()
    // Until the first pages are folded: the erasure comes in the middle.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(await box.flow.operations.erase(items[0]?.id ?? '', { name: 'ops' })).toMatchObject({ erased: true })
    clock.now += 1_000
    await box.say(view('gone'))
    await reloading
    await box.flow.settle()
    const [back] = (await box.flow.operations.listProfiles({ limit: 1, cursor: null, identifier })).items
    expect(back).toMatchObject({ traits: {}, computed: { views: 1 } })
    const email = { type: 'email', value: 'gus@x.test' }
    expect((await box.flow.operations.listProfiles({ limit: 1, cursor: null, identifier: email })).items).toEqual([])
  })

  it('a hub that is stopped in the middle of it finishes it at the next start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'leitstern-reload-'))
    const path = join(folder, 'hub.db')
    await open({}, { path })
    for (let page = 0; page < 12; page++) await box.say(...Array.from({ length: 100 }, () => view('u1')))
    box.write({ profile: withViews })
    const reloading = reload()
    await box.close()
    expect(await reloading).toMatchObject({ problems: [expect.stringContaining('the hub is stopping')] })
    expect(readdirSync(folder).filter((name) => name.includes('scratch'))).toEqual([])
    await open({}, { path, profile: withViews })
    expect(await viewsOf('u1')).toBe(1_200)
    await box.close()
    rmSync(folder, { recursive: true })
    await open({})
  })
})

describe('rules', () => {
  const rename = (rules: typeof shopRegistry.rules) =>
    rules.map((rule) => (rule.key === 'care' ? { ...rule, offer: 'pro-tips' } : rule))
  const heading = (mail: PaperTool) => mail.holds('ada@x.test')?.HEAD
  const openWithAda = async () => {
    const mail = paper()
    await open({ mail }, { connectors: { mail: connectorOf('mail') } })
    await box.say(identify('u1', { email: 'ada@x.test' }), order('u1', 'o1', 5, '2026-11-20T10:00:00Z'))
    await box.flow.settle()
    return mail
  }

  it('those that differ wait for a publication, which takes over the rest of the files with them', async () => {
    const mail = await openWithAda()
    const registry = registryFor('mail')
    const changed = { ...registry, rules: rename(registry.rules) }
    const waiting = [{ kind: 'rules', key: 'care', change: 'changed' }]
    expect(await reloaded({ registry: changed })).toEqual({ changed: [], waiting })
    expect(heading(mail)).toBe('Care')
    expect(box.flow.operations.config().waiting).toEqual(waiting)
    expect(await box.flow.operations.metrics()).toContain('leitstern_rules_waiting 1')
    box.write({ sources: { web: { rank: 3 } } })
    const published = await box.flow.operations.publish({ name: 'ops' })
    expect(published).toMatchObject({ changed: true })
    await box.flow.settle()
    expect(heading(mail)).toBe('Tips')
    expect(box.flow.operations.config().waiting).toEqual([])
    expect(await reload()).toEqual({ changed: [], waiting: [] })
  })

  it('what the rules in use still need cannot go without them, and goes by a publication', async () => {
    await openWithAda()
    const { plan: _, ...traits } = testProfile.traits
    const registry = registryFor('mail')
    const without = {
      ...registry,
      segments: registry.segments.filter(({ key }) => key !== 'pro'),
      rules: registry.rules.filter(({ key }) => key !== 'pro'),
    }
    const files = { profile: { ...testProfile, traits }, registry: without }
    const answer = await reloaded(files)
    expect(answer).toEqual({
      problems: [
        'the rules in use do not fit this, segments.3.when.trait: there is no trait "plan", allowed firstName, locale, subscription.endsAt, revenue, orders; publish the rule files together with it',
      ],
    })
    expect(await box.flow.operations.publish({ name: 'ops' })).toMatchObject({ changed: true })
    expect(await reload()).toEqual({ changed: [], waiting: [] })
  })

  it('into an empty registry they are published by themselves, once', async () => {
    const mail = paper()
    await open({ mail }, { registry: {}, connectors: {} })
    const registry = registryFor('mail')
    await reloaded({ registry, connectors: { mail: connectorOf('mail') } })
    await box.say(identify('u1', { email: 'ada@x.test' }), order('u1', 'o1', 5, '2026-11-20T10:00:00Z'))
    await box.flow.settle()
    expect(heading(mail)).toBe('Care')
    expect(await reloaded({ registry: { ...registry, rules: rename(registry.rules) } })).toMatchObject({
      waiting: [{ key: 'care' }],
    })
    expect(heading(mail)).toBe('Care')
  })
})

describe('what cannot change while the hub runs', () => {
  it.each([
    ['its name, which profile ids hang on', { hub: { name: 'Another' } }, 'hub.name'],
    ['its identity key', { hub: { identityKey: 'another' } }, 'hub.identityKey'],
    ['the plugin of a connector', { connectors: { mail: named('mail', { use: 'other' }) } }, 'connectors.mail.use'],
  ])('is refused by name: %s', async (_, files, name) => {
    await open({ mail: paper() })
    const answer = await reloaded({ ...files, sources: { web: { rank: 5 } } })
    expect(answer).toMatchObject({ problems: [expect.stringMatching(new RegExp(`^${name}: `))] })
    expect(await box.flow.operations.metrics()).toContain('leitstern_config_problems 1')
    box.write({ hub: {}, connectors: { mail: named('mail') }, sources: {} })
    expect(await reload()).toEqual({ changed: [], waiting: [] })
  })
})

describe('files', { timeout: 120_000 }, () => {
  it('saved while the hub runs are taken over, those with a problem are not, and a publication is asked for', async () => {
    await open({})
    const folder = temporaryFolder()
    const config = smallShop(join(folder.path, 'config'), 5)
    const edit = (name: string, change: (text: string) => string) => {
      const file = join(folder.path, 'config', name)
      const text = readFileSync(file, 'utf8')
      if (change(text) === text) throw new Error(`editing ${name}: nothing was found to change`)
      // As editors do it: beside, and then in its place.
      writeFileSync(`${file}~`, change(text))
      renameSync(`${file}~`, file)
      return () => writeFileSync(file, text)
    }
    const hub = await runningHub(config, join(folder.path, 'data'))
    const state = () => hub.read('/v1/config', wire.config)
    await hub.ready()
    const mail = await hub.tool('mail')
    const first = (await mail.contacts()).find(({ fields }) => typeof fields.LSHEAD === 'string')

    edit('sandbox/demo.yaml', (text) =>
      text.replace('placement.mail-hero.url: LSURL', 'placement.mail-hero.url: PROMOURL'),
    )
    await eventually(async () => {
      const now = await (await hub.tool('mail')).contact(first?.email ?? '')
      expect(now?.fields).toMatchObject({ PROMOURL: first?.fields.LSURL })
      expect(now?.fields.LSURL ?? '').toBe('')
    })
    // The tool itself goes on: it is the hub's view of it that has changed.
    expect((await hub.tool('mail')).url).toBe(mail.url)

    const mend = edit('profile.yaml', (text) => text.replace('strategy: most_recent', 'strategy: most_recnt'))
    await eventually(async () =>
      expect((await state()).problems).toEqual([
        expect.stringMatching(/profile\.yaml:\d+:\d+ traits\.locale\.strategy: .*nearest: most_recent/),
      ]),
    )
    expect(await hub.ask('/v1/config/reload', { method: 'POST' })).toMatchObject({ status: 422 })
    expect((await hub.ask('/readyz')).status).toBe(200)
    mend()
    // Half of a file that is still being written.
    const whole = readFileSync(config, 'utf8')
    writeFileSync(config, whole.slice(0, whole.indexOf('crm: { rank') + 7))
    await eventually(async () =>
      expect((await state()).problems).toEqual([expect.stringMatching(/hub\.yaml:.*not YAML/)]),
    )
    writeFileSync(config, whole.replace('crm: { rank: 90 }', 'crm: { rank: 91 }'))
    await eventually(async () => expect(hub.printed).toContain('config taken over: sources.crm'))
    expect((await state()).problems).toEqual([])

    edit('rules/rules.yaml', (text) => text.replace('weight: 1.5', 'weight: 1.6'))
    writeFileSync(
      join(folder.path, 'config/rules/more.yaml'),
      'segments: [{ key: all-known, when: { trait: email, exists: true } }]\n',
    )
    const waiting = [
      { kind: 'segments', key: 'all-known', change: 'added' },
      { kind: 'rules', key: 'vinyl-club', change: 'changed' },
    ]
    await eventually(async () => expect((await state()).waiting).toEqual(waiting))
    edit('rules/rules.yaml', (text) => text.replace('segments: [speaker-fans]', 'segments: [headphone-fans]'))
    expect((await hub.ask('/v1/registry/publish', { method: 'POST' })).text).toContain('examples[4].expect.segments[0]')
    expect((await state()).waiting).toEqual(waiting)
    edit('rules/rules.yaml', (text) =>
      text.replace('segments: [headphone-fans]\n      not', 'segments: [speaker-fans]\n      not'),
    )
    expect(await hub.ask('/v1/registry/publish', { method: 'POST' })).toMatchObject({ status: 200 })
    expect((await state()).waiting).toEqual([])
    await hub.close()
    folder.remove()
  })
})
