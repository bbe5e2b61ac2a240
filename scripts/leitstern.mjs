#!/usr/bin/env node
/** The command `leitstern`: builds first where the sources changed. */
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'

process.setSourceMapsEnabled(true)
try {
  await import(pathToFileURL(path.join(build(), 'core/cli/main.js')).href)
} catch (error) {
  console.error(error)
  process.exitCode = 1
}
