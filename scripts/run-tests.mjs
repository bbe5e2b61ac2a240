import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs a package's command in the project. True if it found nothing wrong. */
export const run = (command, args, env = {}) => {
  const file = path.join(root, 'node_modules', command)
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } }
  return spawnSync(process.execPath, [file, ...args], options).status === 0
}

/** Runs vitest with these arguments. Answers with what `tally.mjs` counted. */
export const runTests = (args) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'leitstern-test-'))
  const file = path.join(folder, 'tally.json')
  const reporters = ['--reporter=default', `--reporter=${path.join(root, 'scripts/tally.mjs')}`]
  const passed = run('vitest/vitest.mjs', ['run', ...reporters, ...args], { LEITSTERN_TALLY: file })
  const tally = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : { passed: 0, failed: 1, skipped: [] }
  fs.rmSync(folder, { recursive: true })
  const unexplained = !passed && tally.failed === 0
  return unexplained ? { ...tally, failed: 1 } : tally
}

/** Says what was skipped, and ends with one line, `N passed, N failed`. */
export const conclude = (tallies) => {
  const sum = (key) => tallies.reduce((total, tally) => total + tally[key], 0)
  const skipped = tallies.flatMap((tally) => tally.skipped)
  for (const { name, reason } of skipped) console.log(`skipped  ${name} (${reason})`)
  console.log(
    `${sum('passed')} passed, ${sum('failed')} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
  )
  process.exitCode = sum('failed') > 0 ? 1 : 0
}
