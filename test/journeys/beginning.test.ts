import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../core/contract/errors.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry } from '../support/shop.ts'

let box: Box
const folder = mkdtempSync(join(tmpdir(), 'leitstern-'))
afterEach(() => box.close())
afterAll(() => rmSync(folder, { recursive: true }))

describe('beginning', () => {
  it('a tool that cannot be reached keeps nobody waiting; it is written once check reaches it', async () => {
    const [mail, site] = [paperTool(Date.now), paperTool(Date.now)]
    let down = true
    const check = async () => {
      if (down) throw new ConnectorError('transient', 'connection refused')
      return { account: 'paper', epoch: 'e1' }
    }
    const papers = { mail: { ...mail, connector: { ...mail.connector, check } }, site }
    box = await hubInABox({
      papers,
      registry: shopRegistry,
      connectors: { mail: connectorOf('mail'), site: connectorOf('site') },
    })
    expect(box.flow.operations.readiness().ready).toBe(true)
    await box.say(identify('u1', { email: 'ada@x.test' }), order('u1', 'o1', 1, '2026-11-20T10:00:00Z'))
    await box.flow.settle()
    expect(site.holds('ada@x.test')?.HEAD).toBe('Care')
    down = false
    await box.flow.operations.check('mail')
    await box.flow.settle()
    expect(mail.holds('ada@x.test')?.HEAD).toBe('Care')
  })

  it('sample customers come through the ordinary ingest; a line that is no message spoils only itself', async () => {
    const file = join(folder, 'samples.ndjson')
    const lines = [
      JSON.stringify(identify('u1', { email: 'ada@x.test' })),
      '{ not json',
      JSON.stringify(identify('u2', { email: 'bob@x.test' })),
      '',
    ]
    writeFileSync(file, lines.join('\n'))
    box = await hubInABox({ samples: [{ file }] })
    const { items } = await box.flow.operations.listProfiles({ limit: 10, cursor: null })
    expect(items.flatMap(({ identifiers }) => identifiers.map(({ value }) => value)).sort()).toEqual([
      'ada@x.test',
      'bob@x.test',
      'u1',
      'u2',
    ])
  })
})
