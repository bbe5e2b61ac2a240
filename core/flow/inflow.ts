import { createHash } from 'node:crypto'
import type { ContactRecord, SourceRecord } from '../contract/record.ts'
import { purposeOf } from '../deliver/aim.ts'
import type { Message } from '../profile/message.ts'
import { nodeId } from '../profile/node.ts'
import { isRefusal, readMessage } from '../profile/segment.ts'
import type { Core } from './core.ts'
import type { Intake } from './intake.ts'
import type { Passage } from './passage.ts'
import type { Tool } from './tool.ts'

/** What a tool says, on its way in: the same intake as everybody's. */
export interface Inflow {
  /** Takes records; answers how many said something new. */
  readonly take: (records: readonly SourceRecord[]) => Promise<number>
  /** Pulls from the stored cursor to the end; the cursor moves after each durable page. */
  readonly pull: () => Promise<number>
}

/** Of a contact only what the tool owns is adopted: fields whose line says `owner: tool`, and consent. So an echo of our own write says nothing. */
const adopted = (
  tool: Tool,
  record: ContactRecord,
): { traits: Record<string, unknown>; consents: Record<string, boolean> } => {
  const traits: Record<string, unknown> = {}
  for (const { source, target } of tool.lines)
    if (source.kind === 'trait' && target.kind === 'field' && target.owner === 'tool' && target.field in record.fields)
      traits[source.path] = record.fields[target.field]
  const purpose = purposeOf(tool.settings)
  return { traits, consents: purpose !== null && record.consent !== undefined ? { [purpose]: record.consent } : {} }
}

const context = (tool: Tool, record: SourceRecord, consents: Readonly<Record<string, boolean>>) => {
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
const bodyOf = (tool: Tool, record: SourceRecord): Record<string, unknown> => {
  // A contact that goes back to an earlier state says so anew: the time belongs to the name.
  const base = { messageId: record.kind === 'contact' ? `${record.id}@${record.at}` : record.id, timestamp: record.at }
  if (record.kind === 'event') {
    const { event, properties } = record
    return { ...base, type: 'track', event, properties, context: context(tool, record, {}) }
  }
  const { traits, consents } = adopted(tool, record)
  return { ...base, type: 'identify', traits, context: context(tool, record, consents) }
}

const contentOf = (tool: Tool, record: ContactRecord): string =>
  createHash('sha256')
    .update(JSON.stringify([adopted(tool, record), record.identifiers]))
    .digest('base64url')

interface Heard {
  readonly message: Message
  /** Of a contact, what is remembered of it: under the node that it is about, so that an erasure finds it. */
  readonly said: { readonly connector: string; readonly record: string; readonly hash: string } | null
}

export const createInflow = (core: Core, intake: Intake, passage: Passage, tool: Tool): Inflow => {
  const heard = (record: SourceRecord): Heard[] => {
    const { settings, identityKey } = core.basis()
    const how = { source: tool.key, receivedAt: core.now(), sentAt: null, settings }
    const message = readMessage(bodyOf(tool, record), how)
    if (isRefusal(message)) {
      core.log.warn({ connector: tool.key, code: message.code, detail: message.detail }, 'record refused')
      return []
    }
    const [subject] = message.identifiers
    const said =
      record.kind === 'event' || subject === undefined
        ? null
        : { connector: tool.key, record: nodeId(identityKey, subject), hash: contentOf(tool, record) }
    return [{ message, said }]
  }
  /** Contacts that say what they said last time are dropped: our own writes come back this way. */
  const news = async (all: readonly Heard[]): Promise<readonly Heard[]> => {
    const subjects = all.flatMap(({ said }) => said?.record ?? [])
    const seen = new Map(await core.store.pulledHashes(tool.key, subjects))
    return all.filter(({ said }) => {
      if (said === null) return true
      if (seen.get(said.record) === said.hash) return false
      seen.set(said.record, said.hash)
      return true
    })
  }

  const absorb = async (records: readonly SourceRecord[]): Promise<number> => {
    const fresh = await news(records.flatMap(heard))
    const verdicts = await intake.take(fresh.map(({ message }) => message))
    // What was not taken was not said: it is news when it is told again.
    const pulled = fresh.flatMap(({ said }, index) => {
      const verdict = verdicts[index]
      return said !== null && (verdict === 'accepted' || verdict === 'repeated') ? [said] : []
    })
    await core.writer.run('settle', () => core.store.commit({ pulled }))
    return verdicts.filter((verdict) => verdict === 'accepted').length
  }

  const take: Inflow['take'] = (records) => passage.through(() => absorb(records))

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
      for await (const { records, cursor } of pull(tool.context('read'), tool.state.cursor)) {
        taken += await take(records)
        await keepCursor(cursor)
      }
      return taken
    },
  }
}
