import type { ContactState } from '../deliver/contact.ts'
import type { ChangeSet } from '../store/port.ts'

export const idOf = ({ id }: { readonly id: string }): string => id
export const contactKey = ({ connector, node }: ContactState): string => `${connector}\0${node}`

/** Changes of profiles, decisions and contacts as one, each made of what the ones before it leave behind. */
export const inOrder = (changes: readonly ChangeSet[]): ChangeSet => {
  const written = <T>(
    list: (change: ChangeSet) => readonly T[] | undefined,
    key: (thing: T) => string,
  ): readonly T[] => [
    ...new Map(changes.flatMap((change) => list(change) ?? []).map((thing) => [key(thing), thing])).values(),
  ]
  const goneProfiles = [...new Set(changes.flatMap((change) => change.goneProfiles ?? []))]
  const gone = new Set(goneProfiles)
  const last = new Set(changes.at(-1)?.profiles?.map(idOf))
  return {
    profiles: written((change) => change.profiles, idOf).filter(({ id }) => last.has(id) || !gone.has(id)),
    goneProfiles,
    decisions: written((change) => change.decisions, idOf),
    used: changes.flatMap((change) => change.used ?? []),
    contacts: written((change) => change.contacts, contactKey),
  }
}
