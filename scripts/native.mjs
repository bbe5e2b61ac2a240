#!/usr/bin/env node
/**
 * Puts better-sqlite3's native part in place after `npm ci --ignore-scripts`: from a cache outside of this folder, or
 * compiled (minutes) and then kept there. Only CI needs this; a plain `npm ci` compiles by itself.
 */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = path.join(root, 'node_modules/better-sqlite3')
const built = path.join(folder, 'build/Release/better_sqlite3.node')

const { version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
const { glibcVersionRuntime = 'other' } = process.report.getReport().header
const key = [version, process.versions.modules, process.platform, process.arch, glibcVersionRuntime].join('-')
const caches = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache')
const cached = path.join(caches, 'leitstern-native', `${key}.node`)

/** In a process of its own: a damaged file may end the one that loads it. */
const works = () => {
  const program = 'new (require("better-sqlite3"))(":memory:").close()'
  return spawnSync(process.execPath, ['-e', program], { cwd: root, stdio: 'ignore' }).status === 0
}
/** Whole or not at all, also where another process does the same. */
const place = (from, to) => {
  fs.mkdirSync(path.dirname(to), { recursive: true })
  const aside = `${to}.${process.pid}`
  fs.copyFileSync(from, aside)
  fs.renameSync(aside, to)
}
const compile = () => {
  const npm = spawnSync('npm', ['rebuild', 'better-sqlite3'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (npm.status !== 0 || !works())
    throw new Error(
      'compiling better-sqlite3: npm rebuild better-sqlite3 failed; it needs python3, make and a C++ compiler',
    )
}

if (!works()) {
  if (fs.existsSync(cached)) place(cached, built)
  if (!works()) compile()
}
try {
  if (!fs.existsSync(cached)) place(built, cached)
} catch (error) {
  console.warn(`keeping better-sqlite3 for the next run: ${error.message}`)
}
