import { chmodSync, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { z } from 'zod'
import { command } from './command.ts'

export const backupCommand = command({
  usage: 'backup <file>',
  summary: 'copy the store into a file, while the hub goes on working, and look through the copy',
  options: [['--force', 'take the place of a file that is there']],
  input: z.object({ file: z.string(), force: z.boolean().default(false) }),
  run: async ({ file, force }, call) => {
    const { shell, tell } = call
    if (existsSync(file) && !force) {
      shell.err(`${file} is there already: name another file, or add --force.`)
      return 2
    }
    const [{ inspectStore }, { copyInto }] = await Promise.all([
      import('../flow/store-file.ts'),
      import('./store-copy.ts'),
    ])
    const aside = `${file}.partial-${process.pid}`
    try {
      await copyInto(aside, call)
      const { faults, ...counts } = inspectStore(aside)
      if (faults.length > 0) {
        tell({ file: null, faults }, faults)
        shell.err(`The copy is not sound and was not kept: run "leitstern doctor".`)
        return 1
      }
      chmodSync(aside, 0o600)
      renameSync(aside, file)
      const bytes = statSync(file).size
      const { messages, profiles, contacts } = counts
      tell({ file, bytes, ...counts, faults }, [
        `${file}: ${messages} messages, ${profiles} profiles, ${contacts} contacts in ${bytes} bytes, looked through and sound`,
      ])
      return 0
    } finally {
      for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${aside}${end}`, { force: true })
    }
  },
})
