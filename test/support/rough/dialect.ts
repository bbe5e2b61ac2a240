/** How each plugin's tool names the fields that the hub owns there, and which kind of membership it has. */
export interface Dialect {
  readonly use: string
  readonly channel: string
  readonly field: (word: string) => string
  readonly membership: string | null
}
const capital = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`

export const dialects: readonly Dialect[] = [
  { use: 'mailchimp', channel: 'email', field: (word) => `LS${word.toUpperCase()}`.slice(0, 10), membership: 'tag' },
  { use: 'wordpress', channel: 'wcm', field: (word) => `ls_${word}`, membership: null },
  { use: 'vendure', channel: 'commerce', field: (word) => `ls${capital(word)}`, membership: 'group' },
  { use: 'hubspot', channel: 'crm', field: (word) => `ls_${word}`, membership: 'list' },
]

/** Tools that make jobs of what they are sent. */
export const jobDialects: readonly Dialect[] = [
  { use: 'klaviyo', channel: 'email', field: (word) => `ls_${word}`, membership: 'list' },
]

/** A connector to such a tool that holds all of it: a trait, a segment, and what one placement shows. */
export const connectorTo = ({ use, channel, field, membership }: Dialect, placement: string) => ({
  use,
  channel,
  phase: 'live',
  contact: { key: 'email', create: 'inScope' },
  consent: { purpose: 'marketing', onWithdraw: 'clear' },
  map: {
    plan: field('plan'),
    'segment.buyers': membership === null ? field('buyer') : { [membership]: 'Buyers' },
    [`placement.${placement}.headline`]: field('head'),
    [`placement.${placement}.offer`]: field('offer'),
    [`placement.${placement}.decisionId`]: field('decision'),
  },
})
