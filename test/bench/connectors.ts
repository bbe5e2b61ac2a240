const map = (placement: string, headline: string, decision: string, extra: Readonly<Record<string, unknown>> = {}) => ({
  [`placement.${placement}.headline`]: headline,
  [`placement.${placement}.decisionId`]: decision,
  ...extra,
})
const observing = { phase: 'observe', sandbox: true, contact: { key: 'email', create: 'never' } }
const consent = { purpose: 'email_marketing', onWithdraw: 'clear' }

/** Four tools in small that are only read: what each should hold is worked out for every message. */
export const fourConnectors = {
  mail: {
    ...observing,
    use: 'mailchimp',
    channel: 'email',
    consent,
    map: map('mail-hero', 'LSHEAD', 'LSDEC', { firstName: 'FNAME' }),
  },
  site: {
    ...observing,
    use: 'wordpress',
    channel: 'wcm',
    consent,
    map: map('site-hero', 'ls_headline', 'ls_decision'),
  },
  shop: {
    ...observing,
    use: 'vendure',
    channel: 'commerce',
    consent,
    map: map('shop-hero', 'lsHeadline', 'lsDecision'),
  },
  crm: { ...observing, use: 'hubspot', channel: 'crm', consent, map: map('crm-hero', 'ls_headline', 'ls_decision') },
}
