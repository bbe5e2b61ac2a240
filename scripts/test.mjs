#!/usr/bin/env node
/** Runs all checks and ends with one line, `N passed, N failed`. Arguments go to vitest: `npm test -- test/core`. */
import { conclude, run, runTests } from './run-tests.mjs'

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

const asked = process.argv.slice(2)
/** Those against real tools have a command of their own: they take turns, and one tool serves several files. */
const wanted = asked.length > 0 ? asked : ['--exclude', 'test/real/**']
conclude([...stages.map(runStage), runTests(wanted)])
