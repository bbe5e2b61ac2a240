/** What the page says of itself on the script element. */
export interface Settings {
  /** Address of the hub, without a slash at its end. */
  readonly host: string
  /** A public key, which stands in the page for everybody to read. */
  readonly key: string
  /** Nothing is stored or sent before the visitor has agreed to something. */
  readonly consentRequired: boolean
  /** For how long a placement may be hidden while the hub is asked, in milliseconds. */
  readonly patienceMs: number
  /** The language that content is wanted in. */
  readonly locale: string | undefined
}
/** The script element as far as it is read. */
interface Stated {
  readonly src: string
  readonly dataset: Readonly<Record<string, string | undefined>>
}

const usualPatienceMs = 500
const longestPatienceMs = 3_000

const patienceIn = (stated: string | undefined): number => {
  const ms = Number(stated ?? usualPatienceMs)
  return ms >= 0 ? Math.min(ms, longestPatienceMs) : usualPatienceMs
}

/** Unless stated, `data-host` is where the script came from (`/sdk/leitstern.js` below it), `data-locale` the page's language. */
export const settingsOf = ({ src, dataset }: Stated, language: string): Settings => ({
  host: (dataset.host ?? new URL('..', src).href).replace(/\/+$/, ''),
  key: dataset.key ?? '',
  consentRequired: dataset.consent === 'required',
  patienceMs: patienceIn(dataset.patience),
  locale: dataset.locale ?? (language || undefined),
})
