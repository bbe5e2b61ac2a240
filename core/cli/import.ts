import { z } from 'zod'
import { importAnswer } from '../api/ingest.ts'
import type { Config } from '../config/load.ts'
import { formatProblem } from '../config/problem.ts'
import { type ImportInput, importMessages } from '../flow/import-file.ts'
import { type Client, Refused } from './client.ts'
import { type Call, command } from './command.ts'
import { configOf } from './config.ts'
import { type Batch, createBatches } from './import-batch.ts'
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

const importFile = async (input: ImportInput, { hub, shell }: Pick<Call, 'hub' | 'shell'>): Promise<ImportReport> => {
  const [batches, report] = [createBatches(), createReport()]
  let requests = 0
  const deliver = async (batch: Batch): Promise<void> => {
    if (batch.messages.length === 0) return
    const { accepted, repeated, refused } = await send(hub, batch, shell)
    report.accept(accepted, repeated)
    for (const { index, code, detail } of refused) report.refuse(batch.lines[index] ?? 0, `${code}: ${detail}`)
    requests += 1
    if (requests % requestsPerLine === 0) shell.err(`${report.soFar()} messages, line ${batch.lines.at(-1)}`)
  }
  for await (const read of importMessages(input)) {
    if ('refused' in read) report.refuse(read.line, read.refused)
    else {
      const full = batches.add(read.line, read.message)
      if (full !== null) await deliver(full)
    }
  }
  await deliver(batches.take())
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
  summary: 'send a CSV or NDJSON file to the hub, as an import of profile.yaml reads it',
  options: [['--as <import>', 'the name of the import']],
  input: z.object({
    file: z.string(),
    as: z.string({ error: 'state --as and the name of an import of profile.yaml' }),
  }),
  run: async ({ file, as }, { hub, shell, tell }) => {
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
    const report = await importFile({ path: file, settings, types: typesOf(loaded.config, settings) }, { hub, shell })
    tell(report, reportLines(report))
    return report.refused.length === 0 ? 0 : 1
  },
})
