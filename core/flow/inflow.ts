import type { SourceRecord } from '../contract/record.ts'
import type { Message } from '../profile/message.ts'
import { nodeId } from '../profile/node.ts'
import { isRefusal, readMessage } from '../profile/segment.ts'
import type { Core } from './core.ts'
import { type Heard, heardFrom, listen } from './heard.ts'
import type { Hints } from './hints.ts'
import type { Intake } from './intake.ts'
import type { Passage } from './passage.ts'
import { adopted, noStatements, only, type Statements, statementsIn } from './statements.ts'
import type { Tool } from './tool.ts'

/** What a tool says, on its way in: the same intake as everybody's. */
export interface Inflow {
  /** Takes records; answers how many said something new. */
  readonly take: (records: readonly SourceRecord[]) => Promise<number>
  /** Pulls from the stored cursor to the end; the cursor moves after each durable page. */
  readonly pull: () => Promise<number>
}

const context = (tool: Tool, record: SourceRecord, consents: Statements['consents']) => {
  const named = (type: string) => record.identifiers.find((identifier) => identifier.type === type)?.value
  const own = record.remoteId === undefined ? [] : [{ type: tool.key, value: record.remoteId }]
  const others = record.identifiers.filter(({ type }) => type !== 'email' && type !== 'phone' && type !== 'userId')
  const externalIds = [...others, ...own].map(({ type, value }) => ({
    id: value,
    type,
    collection: 'users',
    encoding: 'none',
  }))
  return {
    traits: {
      ...(named('email') === undefined ? {} : { email: named('email') }),
      ...(named('phone') === undefined ? {} : { phone: named('phone') }),
    },
    externalIds,
    ...(Object.keys(consents).length === 0 ? {} : { consent: { categoryPreferences: consents } }),
  }
}

/** A record in the shape of every other message, so that it is stored and replayed like them. */
const bodyOf = (tool: Tool, record: SourceRecord, { traits, consents }: Statements): Record<string, unknown> => {
  // A contact that goes back to an earlier state says so anew: the time belongs to the name.
  const base = { messageId: record.kind === 'contact' ? `${record.id}@${record.at}` : record.id, timestamp: record.at }
  if (record.kind === 'event') {
    const { event, properties } = record
    return { ...base, type: 'track', event, properties, context: context(tool, record, {}) }
  }
  return { ...base, type: 'identify', traits, context: context(tool, record, consents) }
}

/** A record and what it states. `subject`: of a contact, the node under which it is remembered what was said of it. */
interface Told {
  readonly record: SourceRecord
  readonly statements: Statements
  readonly message: Message
  readonly subject: string | null
}
type Memory = ReadonlyMap<string, Heard>

export const createInflow = (core: Core, intake: Intake, passage: Passage, hints: Hints, tool: Tool): Inflow => {
  const messageOf = (record: SourceRecord, statements: Statements): Message | null => {
    const how = { source: tool.key, receivedAt: core.now(), sentAt: null, settings: core.basis().settings }
    const message = readMessage(bodyOf(tool, record, statements), how)
    if (!isRefusal(message)) return message
    core.log.warn({ connector: tool.key, code: message.code, detail: message.detail }, 'record refused')
    return null
  }
  /** The node under which it is remembered what was said of a contact: the tool's own id, which webhooks name too. An erasure finds it. */
  const subjectOf = ({ identifiers }: Message): string | null => {
    const subject = identifiers.find(({ type }) => type === tool.key) ?? identifiers[0]
    return subject === undefined ? null : nodeId(core.basis().identityKey, subject)
  }
  const readIn = (record: SourceRecord): Told[] => {
    const statements = record.kind === 'contact' ? adopted(tool, record) : noStatements
    const message = messageOf(record, statements)
    if (message === null) return []
    return [{ record, statements, message, subject: record.kind === 'contact' ? subjectOf(message) : null }]
  }
  /** Without the contacts that say nothing new (our own writes come back this way), and without what is older than what is known. */
  const sift = (all: readonly Told[], before: Memory): { readonly news: readonly Told[]; readonly memory: Memory } => {
    const memory = new Map(before)
    const news = all.flatMap((told): Told[] => {
      const { record, statements, message, subject } = told
      if (record.kind === 'event' || subject === null) return [told]
      const { isNews, current, heard } = listen(memory.get(subject) ?? {}, statementsIn(statements, record), message.at)
      memory.set(subject, heard)
      const said = isNews ? messageOf(record, only(statements, current)) : null
      return said === null ? [] : [{ ...told, message: said }]
    })
    return { news, memory }
  }

  const absorb = async (records: readonly SourceRecord[]): Promise<number> => {
    const all = records.flatMap(readIn)
    const subjects = all.flatMap(({ subject }) => subject ?? [])
    const stored = await core.store.pulledHashes(tool.key, subjects)
    const { news, memory } = sift(all, new Map([...stored].map(([subject, text]) => [subject, heardFrom(text)])))
    const verdicts = await intake.take(news.map(({ message }) => message))
    const isTaken = (index: number) => verdicts[index] === 'accepted' || verdicts[index] === 'repeated'
    // What was not taken was not said: it is news when it is told again.
    const lost = new Set(news.flatMap(({ subject }, index) => (isTaken(index) ? [] : [subject])))
    const pulled = [...memory]
      .map(([record, heard]) => ({ connector: tool.key, record, hash: JSON.stringify(heard) }))
      .filter(({ record, hash }) => !lost.has(record) && stored.get(record) !== hash)
    if (pulled.length > 0) await core.writer.run('settle', () => core.store.commit({ pulled }))
    return verdicts.filter((verdict) => verdict === 'accepted').length
  }

  const take: Inflow['take'] = async (records) => {
    const taken = await passage.through(() => absorb(records))
    await hints.take(records)
    return taken
  }

  const keepCursor = (cursor: string) => {
    tool.state = { ...tool.state, cursor }
    return core.writer.run('settle', () => core.store.commit({ connector: tool.state }))
  }
  return {
    take,
    pull: async () => {
      const { pull } = tool.connector
      if (pull === undefined || tool.state.phase === 'off') return 0
      let taken = 0
      for await (const { records, cursor } of pull(tool.context('read', 'inflow'), tool.state.cursor)) {
        taken += await take(records)
        await keepCursor(cursor)
      }
      return taken
    },
  }
}
