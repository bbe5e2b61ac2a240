import type { ContactState } from '../deliver/contact.ts'
import type { Slice } from '../store/port.ts'
import type { Actor } from './asking.ts'
import type { Core } from './core.ts'
import type { Tool } from './tool.ts'

type Pages = (cursor: string | null) => Promise<Slice<ContactState>>
const perPage = 500

const owed = (state: ContactState, at: number): Partial<ContactState> => ({
  attempts: 0,
  nextTryAt: 0,
  settled: null,
  dirtyAt: state.dirtyAt ?? at,
  observedAt: null,
})
/** Given another chance: it is looked at, and then sent what it should hold, all of it. To whom nothing is meant to be sent nothing is owed. */
const revived = (state: ContactState, at: number): ContactState => ({
  ...state,
  dead: null,
  drifts: {},
  ...(state.aim === 'hold' || state.dead !== null ? owed(state, at) : {}),
})

/** Puts back in the queue what was given up: dead letters, what was left to somebody else, and fields that the tool took no more. Answers how many contacts. */
export const replay = async (core: Core, tool: Tool, actor: Actor): Promise<number> => {
  /** A page in the writer, so that nobody comes back who was erased meanwhile. */
  const revive = async (pages: Pages, cursor: string | null, isMeant: (state: ContactState) => boolean) => {
    const { items, next } = await pages(cursor)
    const at = core.now()
    const contacts = items.filter(isMeant).map((state) => revived(state, at))
    const audit = { at, actor: actor.name, action: 'replay', subject: tool.key, detail: { contacts: contacts.length } }
    if (contacts.length > 0) await core.store.commit({ contacts, audit: [audit] })
    return { count: contacts.length, next }
  }
  const reviveAll = async (pages: Pages, isMeant: (state: ContactState) => boolean = () => true): Promise<number> => {
    let revivals = 0
    for (let place: string | null = null; ; ) {
      const { count, next } = await core.writer.run('settle', () => revive(pages, place, isMeant))
      revivals += count
      place = next
      if (place === null) return revivals
    }
  }

  const withheld = Object.keys(tool.state.withheld)
  tool.state = { ...tool.state, withheld: {} }
  if (withheld.length > 0) await core.writer.run('settle', () => core.store.commit({ connector: tool.state }))
  const lacks = ({ aim, job, desired }: ContactState): boolean =>
    aim === 'hold' && job === null && withheld.some((field) => field in (desired?.fields ?? {}))
  return (
    (await reviveAll((cursor) => core.store.deadLetters(tool.key, perPage, cursor))) +
    (await reviveAll((cursor) => core.store.contestedContacts(tool.key, perPage, cursor))) +
    (withheld.length === 0 ? 0 : await reviveAll((cursor) => core.store.contactsPage(tool.key, perPage, cursor), lacks))
  )
}
