import type { ContactState } from '../deliver/contact.ts'
import type { ChangeSet } from '../store/change-set.ts'
import { profileKey } from '../store/stored.ts'

export const idOf = ({ id }: { readonly id: string }): string => id
export const contactKey = ({ connector, node }: ContactState): string => `${connector}\0${node}`

/** Changes of profiles, decisions and contacts as one, each made of what the ones before it leave behind. */
export const inOrder = (all: readonly ChangeSet[]): ChangeSet => {
  const changes = all.filter((change) => change.profiles !== undefined)
  const [only] = changes
  if (only !== undefined && changes.length === 1) return only
  const written = <T>(
    list: (change: ChangeSet) => readonly T[] | undefined,
    key: (thing: T) => string,
  ): readonly T[] => [
    ...new Map(changes.flatMap((change) => list(change) ?? []).map((thing) => [key(thing), thing])).values(),
  ]
  const goneProfiles = written((change) => change.goneProfiles, profileKey)
  const gone = new Set(goneProfiles.map(profileKey))
  const last = new Set(changes.at(-1)?.profiles?.map(profileKey))
  return {
    profiles: written((change) => change.profiles, profileKey).filter(
      (row) => last.has(profileKey(row)) || !gone.has(profileKey(row)),
    ),
    goneProfiles,
    decisions: written((change) => change.decisions, idOf),
    used: changes.flatMap((change) => change.used ?? []),
    contacts: written((change) => change.contacts, contactKey),
  }
}
