import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogueOf, listPlugins, loadConnector, loadSandbox } from '../../core/host/catalogue.ts'
import { connectorFrom } from '../../core/host/manifest.ts'
import * as letterbox from '../support/letterbox/index.ts'

const support = new URL('../support/', import.meta.url)
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugins-'))
  const write = async (path: string, text: string) => {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  await write('empty/index.js', 'export const other = 1')
  await write('crooked/index.js', 'export default { id: "crooked", title: "Crooked" }')
  await write('crashing/index.js', 'throw new Error("no such thing as luck")')
  await write('lacking/index.js', 'import "no-such-package-at-all"\nexport default {}')
  await write('odd-sandbox/index.js', 'export default {}')
  await write('odd-sandbox/sandbox.js', 'export const sandbox = 1')
  await write('no-index/map.js', 'export default 1')
})
afterAll(() => rm(folder, { recursive: true }))
const broken = () => catalogueOf(pathToFileURL(`${folder}/`))

describe('the catalogue', () => {
  it('lists folders that have an index, sorted', async () => {
    expect(await catalogueOf(support).listPlugins()).toContain('letterbox')
    expect(await broken().listPlugins()).toEqual(['crashing', 'crooked', 'empty', 'lacking', 'odd-sandbox'])
  })

  it('is empty where there is no folder', async () => {
    expect(await catalogueOf(new URL('nowhere/', support)).listPlugins()).toEqual([])
  })

  it('loads a connector and its sandbox', async () => {
    const { loadConnector: load, loadSandbox: loadTool } = catalogueOf(support)
    expect((await load('letterbox')).id).toBe('letterbox')
    const tool = (await loadTool('letterbox'))?.({ now: () => 0 })
    expect(tool?.contacts()).toEqual([])
  })

  it('loads every plugin that ships with the hub', async () => {
    for (const id of await listPlugins()) {
      expect((await loadConnector(id)).id).toBe(id)
      expect(await loadSandbox(id)).toBeTypeOf('function')
    }
  })

  it.each([
    [
      'nowhere',
      /loading the plugin "nowhere": it is neither a folder in plugins\/ \(there: crashing, .*\) nor an installed npm package/,
    ],
    ['empty', /its index has no default export/],
    ['crooked', /its manifest is not sound: .*summary.*docs.*limits/],
    ['crashing', /loading the plugin "crashing": no such thing as luck/],
    ['lacking', /no-such-package-at-all/],
    ['../letterbox', /a plugin is named by its folder or by its npm package/],
    ['/etc/passwd', /a plugin is named by/],
    ['zod', /its manifest is not sound|its index has no default export/],
  ])('says what is wrong with %s', async (use, message) => {
    await expect(broken().loadConnector(use)).rejects.toThrow(message)
  })

  it('knows a plugin without a sandbox from one whose sandbox is broken', async () => {
    expect(await broken().loadSandbox('empty')).toBeNull()
    expect(await broken().loadSandbox('no-such-package-at-all')).toBeNull()
    await expect(broken().loadSandbox('odd-sandbox')).rejects.toThrow(/must export a function "sandbox"/)
  })
})

describe('the manifest', () => {
  const good = connectorFrom(letterbox, 'letterbox')
  const load = (broken: object) => () => connectorFrom({ default: { ...good, ...broken } }, 'letterbox')

  it.each([
    ['an id that is not its folder', { id: 'postbox' }, /its id is "postbox", but its folder is letterbox/],
    ['an id that is no noun', { id: 'Letter Box' }, /id: /],
    ['no keys', { keys: [] }, /keys: /],
    ['no reads', { reads: [] }, /reads: /],
    ['half a request per batch', { limits: { ...good.limits, batch: 0.5 } }, /limits\.batch: /],
    ['a time-out of zero', { limits: { ...good.limits, timeoutMs: 0 } }, /limits\.timeoutMs: /],
    ['lenient settings', { settings: good.settings.loose() }, /settings: a strict zod object/],
    ['settings that are no schema', { settings: {} }, /settings: /],
    ['a push that is no function', { push: true }, /push: /],
    ['half a webhook', { webhook: { verify: () => true } }, /webhook\.parse: /],
    ['docs that are no address', { docs: 'see there' }, /docs: /],
  ])('refuses %s', (_, broken, message) => {
    expect(load(broken)).toThrow(message)
  })

  it('takes a fraction of a request per second', () => {
    expect(load({ limits: { ...good.limits, perSecond: 0.5 } })).not.toThrow()
  })
})
