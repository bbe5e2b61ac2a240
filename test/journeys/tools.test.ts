import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ask } from '../support/ask.ts'
import { eventually } from '../support/hub-at.ts'
import { type ToolProcess, toolProcess } from '../support/rough/tool-process.ts'
import { temporaryFolder } from '../support/running-hub.ts'

let opened: ToolProcess[] = []
afterEach(async () => {
  await Promise.all(opened.map((tool) => tool.stop()))
  opened = []
})
const open = async (stateFile: string | null = null) => {
  const tool = await toolProcess('wordpress', stateFile)
  opened.push(tool)
  return tool
}
const statusOf = (url: string) =>
  ask(url).then(
    ({ status }) => status,
    () => 'cut off',
  )
/** The tool's own address, not that of its sandbox's pages. */
const own = ({ settings }: ToolProcess) => `${settings.url}/wp-json/`

describe('a tool as a process of its own', { timeout: 60_000 }, () => {
  it('keeps its state over a restart, and is put back to an earlier one', async () => {
    const folder = temporaryFolder()
    const file = join(folder.path, 'tool.json')
    const first = await open(file)
    await first.edit({ email: 'ada@x.test' })
    const earlier = await first.snapshot()
    await first.edit({ email: 'bob@x.test' })
    await first.stop()
    const second = await open(file)
    expect((await second.contacts()).map(({ email }) => email)).toEqual(['ada@x.test', 'bob@x.test'])
    await second.restore(earlier)
    expect((await second.contacts()).map(({ email }) => email)).toEqual(['ada@x.test'])
    await second.swap('another')
    expect(await second.contacts()).toEqual([])
    await second.stop()
    folder.remove()
  })

  it('goes wrong by its script, the same way for the same seed, and tells what it met', async () => {
    const [one, other] = await Promise.all([open(), open()])
    const met = async (tool: ToolProcess, seed: number) => {
      const before = (await tool.served()).length
      await tool.goesWrong(
        seed,
        { fault: 'error 503', rate: 0.5, skip: 2 },
        { fault: 'reset before', path: '/wp-json/', rate: 0.3 },
      )
      const statuses: unknown[] = []
      for (let n = 0; n < 20; n++) statuses.push(await statusOf(own(tool)))
      const faults = (await tool.served(before)).map(({ fault }) => fault)
      expect(faults.map((fault) => ({ 'error 503': 503, 'reset before': 'cut off' })[String(fault)] ?? 401)).toEqual(
        statuses,
      )
      return statuses
    }
    const first = await met(one, 1)
    expect(new Set(first)).toEqual(new Set([401, 503, 'cut off']))
    expect(await met(other, 1)).toEqual(first)
    expect(await met(other, 2)).not.toEqual(first)
    await one.works()
    expect(await statusOf(own(one))).toBe(401)
  })

  it('dies with whoever has started it, even if that was killed', async () => {
    const module = new URL('../support/rough/tool-process.ts', import.meta.url).href
    const program = `const { toolProcess } = await import('${module}'); console.log((await toolProcess('wordpress')).settings.url)`
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [said] = await once(parent.stdout, 'data')
    const url = String(said).trim()
    expect(await statusOf(`${url}/wp-json/`)).toBe(401)
    parent.kill('SIGKILL')
    await eventually(async () => expect(await statusOf(`${url}/wp-json/`)).toBe('cut off'))
  })
})
