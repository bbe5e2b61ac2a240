import type { Registry } from '../rules/registry.ts'
import type { EntryChange } from '../rules/registry-difference.ts'
import type { Actor, Page, Paging } from './asking.ts'
import type { Foreseen } from './foreseeing.ts'

export interface RevisionView {
  readonly revision: string
  readonly publishedAt: string
  readonly by: string
  readonly current: boolean
}

export interface RegistryOperations {
  readonly registry: () => { readonly revision: string; readonly registry: Registry }
  readonly revisions: (paging: Paging) => Promise<Page<RevisionView>>
  /**
   * Reads all config and rule files again and makes the rules the current revision, atomically, together with the rest;
   * everybody is decided again in the background.
   */
  readonly publish: (
    actor: Actor,
  ) => Promise<{ readonly revision: string; readonly changed: boolean } | { readonly problems: readonly string[] }>
}

/** What became of reading the config files again. */
export type Reloaded =
  | {
      /** Paths of what differs from before, `connectors.mail.map`; the hub runs by it now. */
      readonly changed: readonly string[]
      readonly waiting: readonly EntryChange[]
    }
  /** Nothing has changed. */
  | { readonly problems: readonly string[] }

export interface ConfigView {
  /** When the config was taken over that the hub runs by. */
  readonly loadedAt: string
  /** Why the files, as they were last read, could not be taken over. */
  readonly problems: readonly string[]
  /** How the rule files differ from the current revision: they wait for a publication. */
  readonly waiting: readonly EntryChange[]
}

export interface ConfigOperations {
  /** Reads all config and rule files again, and takes over all of it, or nothing. Rules wait for a publication. */
  readonly reload: (actor: Actor) => Promise<Reloaded>
  readonly config: () => ConfigView
  /** What a reload would change, and whom it would write to; changes nothing. Rules wait for a publication, so they are as they are. */
  readonly plan: () => Promise<
    | { readonly changed: readonly string[]; readonly connectors: readonly Foreseen[] }
    | { readonly problems: readonly string[] }
  >
}
