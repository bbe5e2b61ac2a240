#!/usr/bin/env node
/**
 * Runs the tests against real tools, one file after the other, and ends with one line, `N passed, N failed`. Which tools
 * there are the environment says (test/real/README.md), by the variables that the tests read. Arguments go to vitest:
 * `npm run real -- test/real/four-tools`.
 */
import fs from 'node:fs'
import path from 'node:path'
import { conclude, root, runTests } from './run-tests.mjs'

const folder = path.join(root, 'test/real')
const sources = fs.readdirSync(folder).filter((name) => name.endsWith('.ts'))
const named = sources.flatMap(
  (name) => fs.readFileSync(path.join(folder, name), 'utf8').match(/\bLEITSTERN_[A-Z_]+/g) ?? [],
)
const toolOf = (variable) => variable.split('_')[1]?.toLowerCase() ?? ''
const tools = [...new Set(named.map(toolOf))].sort()

const lacking = (tool) => [...new Set(named.filter((name) => toolOf(name) === tool && !process.env[name]))].sort()
for (const tool of tools) {
  const missing = lacking(tool)
  console.log(`${tool}: ${missing.length === 0 ? 'found' : `not set: ${missing.join(', ')}`}`)
}
const asked = process.argv.slice(2)
if (named.some((name) => process.env[name]))
  conclude([runTests(['--no-file-parallelism', ...(asked.length > 0 ? asked : ['test/real'])])])
else console.log('The environment names no tool: nothing to run.')
