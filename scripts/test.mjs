#!/usr/bin/env node
/** Runs all checks and ends with one line, `N passed, N failed`. Arguments go to vitest: `npm test -- test/core`. */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = (command, args, env = {}) => {
  const file = path.join(root, 'node_modules', command)
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } }
  return spawnSync(process.execPath, [file, ...args], options).status === 0
}

const stages = [
  { name: 'types', command: 'typescript/bin/tsc', args: ['--noEmit'] },
  { name: 'types of the browser client', command: 'typescript/bin/tsc', args: ['--noEmit', '-p', 'core/sdk'] },
  { name: 'lint', command: '@biomejs/biome/bin/biome', args: ['check', '--error-on-warnings', '.'] },
  { name: 'unused code', command: 'knip/bin/knip.js', args: ['--no-progress'] },
]
/** A stage counts as one check. */
const runStage = ({ name, command, args }) => {
  const passed = run(command, args)
  console.log(`${passed ? 'ok' : 'FAILED'}  ${name}`)
  return passed ? { passed: 1, failed: 0, skipped: [] } : { passed: 0, failed: 1, skipped: [] }
}

const runTests = (args) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'leitstern-test-'))
  const file = path.join(folder, 'tally.json')
  const reporters = ['--reporter=default', `--reporter=${path.join(root, 'scripts/tally.mjs')}`]
  const passed = run('vitest/vitest.mjs', ['run', ...reporters, ...args], { LEITSTERN_TALLY: file })
  const tally = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : { passed: 0, failed: 1, skipped: [] }
  fs.rmSync(folder, { recursive: true })
  const unexplained = !passed && tally.failed === 0
  return unexplained ? { ...tally, failed: 1 } : tally
}

const tallies = [...stages.map(runStage), runTests(process.argv.slice(2))]
const sum = (key) => tallies.reduce((total, tally) => total + tally[key], 0)
const skipped = tallies.flatMap((tally) => tally.skipped)
for (const { name, reason } of skipped) console.log(`skipped  ${name} (${reason})`)
console.log(
  `${sum('passed')} passed, ${sum('failed')} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
)
process.exitCode = sum('failed') > 0 ? 1 : 0
