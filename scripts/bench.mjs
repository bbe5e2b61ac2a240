#!/usr/bin/env node
/**
 * Runs benches: `npm run bench -- decide`, or all of them. They are translated together with the hub, so that plain
 * Node runs what is measured, and each prints one line of JSON for each figure.
 */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const ending = '.bench.ts'
const present = fs
  .readdirSync(path.join(root, 'test/bench'))
  .filter((file) => file.endsWith(ending))
  .map((file) => file.slice(0, -ending.length))
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !present.includes(name))

const node = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1

const run = (names) => {
  const folder = path.join(root, '.build', `.bench-${process.pid}`)
  try {
    const settings = path.join(root, 'tsconfig.bench.json')
    const built = node(path.join(root, 'node_modules/typescript/bin/tsc'), '-p', settings, '--outDir', folder)
    if (built !== 0) return built
    const codes = names.map((name) => node(path.join(folder, `test/bench/${name}.bench.js`)))
    return codes.find((code) => code !== 0) ?? 0
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

if (unknown.length > 0) {
  console.error(`running the bench ${unknown.join(', ')}: there is none; there are ${present.join(', ')}`)
  process.exitCode = 2
} else process.exitCode = run(asked.length > 0 ? asked : present)
