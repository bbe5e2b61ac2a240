/** A piece of content that editors keep in the tool. It is referenced by its id, never copied. */
export interface ContentEntry {
  readonly id: string
  readonly title: string
  /** As the tool calls its kind: `post`, `banner`. */
  readonly kind: string
  /** null: the tool does not tell. */
  readonly locale: string | null
  /** Where a person finds it; null: nowhere by an address. */
  readonly url: string | null
  /** ISO 8601. */
  readonly updatedAt: string
}

/** A targeting rule, campaign, automation or segment that somebody keeps in the tool itself. */
export interface ObservedRule {
  readonly id: string
  readonly name: string
  /** As the tool calls it: `automation`, `segment`, `discount`. */
  readonly kind: string
  readonly active: boolean
  /** Whom it is for, in the tool's own words; null: everybody, or the tool does not tell. */
  readonly audience: string | null
  /** What it says or offers, in the tool's own words; null: the tool does not tell. */
  readonly says: string | null
  /** ISO 8601; null: the tool does not tell. */
  readonly changedAt: string | null
}
