#!/usr/bin/env node
/**
 * Translates core and plugins, and the browser client into one file, to `.build/<hash of the sources>` and points `dist` at it. Several processes may do so at
 * once from one folder: each build is written aside and moved into place whole, and the link is swapped, never absent.
 * Types are not checked here (`npm test` does), so no development package is needed.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildBrowserClient } from './browser-client.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const builds = path.join(root, '.build')
const compiled = ['core', 'plugins']
const settings = [
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/build.mjs',
  'scripts/browser-client.mjs',
]
const kept = 3
/** A build that takes longer was killed. */
const abandonedMs = 3_600_000

const filesIn = (folder) =>
  fs
    .readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))

const hashOf = (files) => {
  const hash = createHash('sha256')
  for (const file of files) {
    const content = fs.readFileSync(path.join(root, file))
    hash.update(`${file}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex').slice(0, 16)
}

const compile = (folder) => {
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
  const args = [tsc, '-p', path.join(root, 'tsconfig.build.json'), '--outDir', folder]
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`compiling core and plugins:\n${error ?? `${stdout}${stderr}`}`)
}
const buildInto = (folder) => {
  try {
    compile(folder)
    buildBrowserClient(root, folder)
  } catch (error) {
    fs.rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Moves a whole build into place; when another process was faster, its build is the same. */
const publish = (aside, target) => {
  try {
    fs.renameSync(aside, target)
  } catch (error) {
    fs.rmSync(aside, { recursive: true, force: true })
    if (!fs.existsSync(target)) throw error
  }
}

const point = (name) => {
  const link = path.join(root, 'dist')
  const wanted = path.join('.build', name)
  const present = fs.lstatSync(link, { throwIfNoEntry: false })
  if (present?.isSymbolicLink() && fs.readlinkSync(link) === wanted) return
  if (present?.isDirectory()) fs.rmSync(link, { recursive: true, force: true })
  const aside = path.join(builds, `.dist-${process.pid}`)
  fs.rmSync(aside, { force: true })
  fs.symlinkSync(wanted, aside)
  fs.renameSync(aside, link)
}

const ageOf = (name) => Date.now() - (fs.statSync(path.join(builds, name), { throwIfNoEntry: false })?.mtimeMs ?? 0)

/** Older builds stay for processes that still run from them. */
const clear = (current) => {
  const names = fs.readdirSync(builds)
  const finished = names.filter((name) => !name.startsWith('.')).sort((a, b) => ageOf(a) - ageOf(b))
  const abandoned = names.filter((name) => name.startsWith('.tmp-') && ageOf(name) > abandonedMs)
  for (const name of [...finished.slice(kept).filter((name) => name !== current), ...abandoned])
    fs.rmSync(path.join(builds, name), { recursive: true, force: true })
}

/** Builds unless these sources are built; gives the folder of the build. */
export const build = () => {
  const name = hashOf([...compiled.flatMap(filesIn), ...settings].sort())
  const target = path.join(builds, name)
  if (!fs.existsSync(target)) {
    const aside = path.join(builds, `.tmp-${process.pid}`)
    fs.mkdirSync(aside, { recursive: true })
    buildInto(aside)
    publish(aside, target)
  }
  const now = new Date()
  fs.utimesSync(target, now, now)
  point(name)
  clear(name)
  return target
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    build()
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
