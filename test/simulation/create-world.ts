import type { Change } from '../../core/contract/change.ts'
import { openSqlite } from '../../core/store/sqlite.ts'
import { chanceOf } from './chance.ts'
import { recorded } from './history.ts'
import { type ToolName, toolNames, variationOf } from './hub-config.ts'
import { createLife } from './life.ts'
import { createPeople } from './people.ts'
import { writtenRules } from './rules.ts'
import { inspectSend } from './send-check.ts'
import { createSightings } from './sightings.ts'
import { createTool, type SimTool } from './sim-tool.ts'
import type { Sometimes } from './sometimes.ts'
import type { World } from './world.ts'

const beginning = Date.parse('2026-10-20T12:00:00Z')
export const createWorld = (seed: number, sometimes: Sometimes, file: string | null): World => {
  const chance = chanceOf(seed)
  const clock = { now: beginning + chance.int(0, 150) * 86_400_000 + chance.int(0, 86_399_999) }
  const now = () => clock.now
  const store = openSqlite(file ?? ':memory:')
  const tools: SimTool[] = []
  const history = recorded(
    store,
    createSightings(sometimes, () => tools, now),
  )
  const world: World = {
    file,
    chance,
    clock,
    people: createPeople(chance),
    tools,
    history,
    sometimes,
    log: [],
    acknowledged: [],
    said: [],
    confirmed: [],
    rules: writtenRules(chance),
    variation: variationOf(chance),
    flow: null,
    life: createLife(),
  }
  const inspect = (tool: ToolName, changes: readonly Change[]) => inspectSend(world, tool, changes)
  for (const name of toolNames) tools.push(createTool(name, { chance, now, sometimes, inspect }))
  return world
}
