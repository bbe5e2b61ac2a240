import { relative } from 'node:path'
import { z } from 'zod'
import { projectFolder } from '../flow/project.ts'
import { command } from './command.ts'
import { writePlugin } from './new-plugin.ts'

const word = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
/** Longer names make lines that the formatter breaks. */
const longest = 30
const kebab = z
  .string()
  .max(longest, `at most ${longest} letters`)
  .regex(word, 'allowed are lower-case words joined by hyphens, such as two-words')

export const newConnectorCommand = command({
  usage: 'connectors new <name>',
  summary: 'begin a plugin: a connector and its sandbox in plugins/<name> that pass every check, to be made yours',
  options: [['--channel <channel>', 'wcm, email, commerce, crm, sms, push, offline, or a word of your own']],
  input: z.object({ name: kebab, channel: kebab.default('email') }),
  run: async ({ name, channel }, { tell }) => {
    const files = writePlugin({ project: projectFolder, name, channel })
    tell({ name, channel, files }, [
      ...files.map((file) => `wrote ${relative(process.cwd(), file)}`),
      `It passes the suite as it is: npx vitest run test/conformance -t '^${name}'`,
      "Make it the tool's: first sandbox.ts, as the vendor documents the API, then map.ts and index.ts; npm run docs writes its README.",
    ])
    return 0
  },
})
