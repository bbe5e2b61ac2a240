import fs from 'node:fs'

/** The reasons for which vitest ran no test, or stopped. */
const faultsOf = (module) => (module.state() === 'failed' ? module.errors().map((error) => error.message) : [])

/**
 * A vitest reporter: writes what `scripts/test.mjs` counts to the file that LEITSTERN_TALLY names.
 * `{ passed, failed, skipped: [{ name, reason }] }`; a file that could not be run, and an error outside of any test,
 * count as failed.
 */
export default class Tally {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()].map((test) => ({ module, test })))
    const having = (state) => tests.filter(({ test }) => test.result().state === state)
    const unrun = modules.flatMap((module) => faultsOf(module))
    const tally = {
      passed: having('passed').length,
      failed: having('failed').length + having('pending').length + unrun.length + unhandledErrors.length,
      skipped: having('skipped').map(({ module, test }) => ({
        name: `${module.relativeModuleId}: ${test.fullName}`,
        reason: test.result().note ?? 'no reason given',
      })),
    }
    fs.writeFileSync(process.env.LEITSTERN_TALLY, JSON.stringify(tally))
  }
}
