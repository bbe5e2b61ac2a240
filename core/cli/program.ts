import { CommanderError, Command as Program } from 'commander'
import { ZodError } from 'zod'
import { addressOf } from './address.ts'
import { createClient, Refused } from './client.ts'
import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { reach } from './reach.ts'
import type { ExitCode, Shell } from './shell.ts'

const wordsOf = (usage: string): readonly string[] => usage.split(' ').filter((word) => !/^[<[]/.test(word))
const argumentsOf = (usage: string): readonly string[] => usage.split(' ').filter((word) => /^[<[]/.test(word))

/** The program of these words below its parents: `keys create` stands in `keys`. */
const place = (program: Program, words: readonly string[]): Program =>
  words.reduce(
    (parent, word) => parent.commands.find((child) => child.name() === word) ?? parent.command(word),
    program,
  )

/** Arguments and options of a call, by name. */
const givenTo = (program: Program): Readonly<Record<string, unknown>> => ({
  ...program.opts(),
  ...Object.fromEntries(program.registeredArguments.map((each, index) => [each.name(), program.processedArgs[index]])),
})

const problemLines = ({ problem }: Refused): readonly string[] => [
  problem.detail ?? problem.title,
  ...(problem.errors ?? []).map(({ pointer, detail }) => `  ${pointer ? `${pointer} ` : ''}${detail}`),
]

/** What went wrong, told; the exit code says of which sort it was. */
const fail = (error: unknown, json: boolean, { out, err }: Shell): ExitCode => {
  if (error instanceof ZodError) {
    for (const { path, message } of error.issues) err(`${path.join('.')}: ${message}`)
    return 2
  }
  if (error instanceof Refused && json) out(JSON.stringify(error.problem))
  else if (error instanceof Refused) problemLines(error).forEach(err)
  else err(error instanceof Error ? error.message : String(error))
  return 1
}

const install = (program: Program, one: Command, shell: Shell, exit: (code: ExitCode) => void): void => {
  const placed = place(program, wordsOf(one.usage)).description(one.summary)
  for (const argument of argumentsOf(one.usage)) placed.argument(argument)
  for (const [flags, about] of one.options ?? []) placed.option(flags, about)
  placed.option('--json', 'answer with one JSON value').option('--key <key>', 'the key to ask the hub with')
  placed.action(async () => {
    const { json, key } = placed.optsWithGlobals<{ json?: true; key?: string }>()
    const tell = (value: unknown, lines: readonly string[]): void => {
      for (const line of json ? [JSON.stringify(value)] : lines) shell.out(line)
    }
    const work = async (): Promise<ExitCode> => {
      const { address, close } = await reach(addressOf(shell.env, key), one.alone === true, shell)
      try {
        return await one.run(givenTo(placed), { shell, hub: createClient(address), tell })
      } finally {
        await close()
      }
    }
    exit(await work().catch((error: unknown) => fail(error, json === true, shell)))
  })
}

const withoutEnd = (text: string): string => text.replace(/\n$/, '')

/** Runs `leitstern` with these arguments. */
export const run = async (argv: readonly string[], shell: Shell): Promise<ExitCode> => {
  let code: ExitCode = 0
  const program = new Program('leitstern').exitOverride().configureOutput({
    writeOut: (text) => shell.out(withoutEnd(text)),
    writeErr: (text) => shell.err(withoutEnd(text)),
  })
  for (const one of commands)
    install(program, one, shell, (exit) => {
      code = exit
    })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
}
