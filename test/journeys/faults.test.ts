import { afterEach, describe, expect, it } from 'vitest'
import { dialects, jobDialects } from '../support/rough/dialect.ts'
import { faultNames, script, type Wish } from '../support/rough/fault.ts'
import { openRoughHub, type RoughHub } from '../support/rough/hub.ts'
import type { Served } from '../support/rough/ledger.ts'

let hub: RoughHub
afterEach(() => hub.close())

const people = 9
const goesWrong = (...rules: readonly Wish[]) => hub.tool.follow(script.parse({ seed: 7, rules }))
/** Writes that the tool did in full and answered for, and that altered nobody. */
const idle = (served: readonly Served[]) =>
  served.filter(
    ({ writes, fault, done, changed }) => writes && fault === null && done === 'all' && changed.length === 0,
  )
/** Requests that were done, at least in part, though nobody was told so. */
const unknown = (served: readonly Served[]) => served.filter(({ fault, done }) => fault !== null && done !== 'nothing')

describe.each(dialects)('$use', (dialect) => {
  it.each(faultNames)(
    'writes that meet "%s" a few times: at rest it holds all of it, and nothing was sent again but what nobody knew of',
    async (fault) => {
      hub = await openRoughHub(dialect)
      const before = hub.tool.served.length
      goesWrong({ fault, only: 'writes', times: 3 })
      await hub.buyers(people)
      await hub.passes(12)
      await hub.rests(people)
      const served = hub.tool.served.slice(before)
      expect(served.filter((one) => one.fault === fault).length).toBeGreaterThan(0)
      expect(idle(served).length).toBeLessThanOrEqual(unknown(served).length)
    },
  )

  it.each(faultNames)(
    'reads that meet "%s" a few times: nobody is taken for missing, all of it is held',
    async (fault) => {
      hub = await openRoughHub(dialect)
      goesWrong({ fault, only: 'reads', times: 4 })
      await hub.buyers(people)
      await hub.passes(12)
      await hub.rests(people)
      expect(hub.tool.served.filter((one) => one.fault === fault).length).toBeGreaterThan(0)
    },
  )
})

describe.each(jobDialects)('$use, in jobs', (dialect) => {
  it.each(faultNames)('writes that meet "%s" a few times: at rest it holds all of it', async (fault) => {
    hub = await openRoughHub(dialect)
    const before = hub.tool.served.length
    goesWrong({ fault, only: 'writes', times: 3 })
    await hub.buyers(people)
    await hub.passes(12)
    await hub.rests(people)
    expect(hub.tool.served.slice(before).filter((one) => one.fault === fault).length).toBeGreaterThan(0)
  })
})
