import { z } from 'zod'
import { importAnswer } from '../api/ingest.ts'
import type { Config } from '../config/load.ts'
import { formatProblem } from '../config/problem.ts'
import { type ImportInput, openImport } from '../flow/import-file.ts'
import { type Client, Refused } from './client.ts'
import { type Call, command } from './command.ts'
import { configOf } from './config.ts'
import { type Batch, createBatches } from './import-batch.ts'
import { progressOf } from './import-progress.ts'
import { createReport, type ImportReport, reportLines } from './import-report.ts'
import type { Shell } from './shell.ts'

type Answer = z.output<typeof importAnswer>
const tooLarge = (problem: Refused, batch: Batch): Answer => ({
  success: true,
  accepted: 0,
  repeated: 0,
  refused: batch.messages.map((_, index) => ({ index, messageId: null, code: 'too_large', detail: problem.message })),
})

/** Requests between two lines about how far it is. */
const requestsPerLine = 25

/** Sends a batch; waits and asks again while the hub is behind. */
const send = async (hub: Client, batch: Batch, shell: Shell): Promise<Answer> => {
  try {
    return await hub.post('/v1/imports', importAnswer, { batch: batch.messages })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    if (error.problem.status === 413) return tooLarge(error, batch)
    if (error.problem.status !== 429) throw error
    await shell.wait((error.retryAfterS ?? 1) * 1_000)
    return send(hub, batch, shell)
  }
}

/** What breaks off can go on, and whoever reads the error should know. */
const orTell = async <T>(work: Promise<T>, shell: Shell): Promise<T> => {
  try {
    return await work
  } catch (error) {
    shell.err('The import broke off: the same command goes on where it was.')
    throw error
  }
}

const importFile = async (
  input: ImportInput,
  restart: boolean,
  { hub, shell }: Pick<Call, 'hub' | 'shell'>,
): Promise<ImportReport> => {
  const file = await openImport(input)
  const progress = progressOf(hub, file.fingerprint, input)
  if (restart) await progress.forget()
  const before = await progress.before()
  const [batches, report] = [createBatches(), createReport(before)]
  if (before !== null) shell.err(`going on after ${report.soFar()} messages; --restart would start over`)
  let requests = 0
  const deliver = async (batch: Batch): Promise<void> => {
    if (batch.messages.length === 0) return
    const { accepted, repeated, refused } = await orTell(send(hub, batch, shell), shell)
    report.accept(accepted, repeated)
    for (const { index, code, detail } of refused) report.refusedByHub(batch.lines[index] ?? 0, code, detail)
    await orTell(progress.note(report.progress(batch.position)), shell)
    requests += 1
    if (requests % requestsPerLine === 0) shell.err(`${report.soFar()} messages, line ${batch.lines.at(-1)}`)
  }
  let position = 0
  for await (const read of file.messages()) {
    position += 1
    if ('refused' in read) report.refuse(read.line, read.refused)
    else if (position > (before?.position ?? 0)) {
      const full = batches.add(read.line, read.message, position)
      if (full !== null) await deliver(full)
    }
  }
  await deliver(batches.take())
  await progress.forget()
  return report.report()
}

/** What profile.yaml declares of the properties, or traits, that an import fills. */
const typesOf = (
  { profile }: Config,
  { type, event = '' }: ImportInput['settings'],
): Readonly<Record<string, string>> =>
  type === 'track'
    ? (profile.events.types[event]?.properties ?? {})
    : Object.fromEntries(Object.entries(profile.traits).map(([name, trait]) => [name, trait.type]))

export const importCommand = command({
  usage: 'import <file>',
  summary:
    'send a CSV or NDJSON file to the hub, as an import of profile.yaml reads it; after a break it goes on where it was',
  options: [
    ['--as <import>', 'the name of the import'],
    ['--restart', 'send the whole file, though a part of it was sent before a break'],
  ],
  input: z.object({
    file: z.string(),
    as: z.string({ error: 'state --as and the name of an import of profile.yaml' }),
    restart: z.boolean().default(false),
  }),
  run: async ({ file, as, restart }, { hub, shell, tell }) => {
    const { loaded } = await configOf(shell)
    if ('problems' in loaded) {
      loaded.problems.map(formatProblem).forEach(shell.err)
      return 1
    }
    const { imports } = loaded.config.profile
    const settings = imports[as]
    if (settings === undefined) {
      shell.err(`there is no import ${as} in profile.yaml, allowed ${Object.keys(imports).join(', ') || 'none'}`)
      return 2
    }
    const input = { path: file, settings, types: typesOf(loaded.config, settings) }
    const report = await importFile(input, restart, { hub, shell })
    tell(report, reportLines(report))
    return report.refused.length === 0 ? 0 : 1
  },
})
