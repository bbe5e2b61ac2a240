import { escaped, linkTo } from './html.ts'
import type { SandboxContact } from './sandbox.ts'

/** What tells one sandbox's shop from another's: the tool's name, its colours, and what it calls its memberships. */
export interface ShopLook {
  readonly tool: string
  /** Behind the header, as CSS has it. */
  readonly header: string
  /** Behind the offer. */
  readonly offer: string
  readonly membership: string
}

const entry = ([name, value]: readonly [string, unknown]) => {
  const text = escaped(String(value))
  const shown = /^https?:\/\//.test(String(value)) ? `<a href="${escaped(linkTo(String(value)))}">${text}</a>` : text
  return `<div><dt>${escaped(name)}</dt><dd>${shown}</dd></div>`
}

/** A sandbox shop's account page as this customer sees it; `null`: a visitor whom the shop does not know. */
export const shopPage = ({ tool, header, offer, membership }: ShopLook, customer: SandboxContact | null): string => {
  const fields = Object.entries(customer?.fields ?? {}).map(entry)
  const nameOf = (one: string) => (one.startsWith(`${membership}/`) ? one.slice(membership.length + 1) : one)
  const memberships = (customer?.memberships ?? []).map((one) => `<li>${escaped(nameOf(one))}</li>`)
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sandbox shop</title>
<style>body{font:16px/1.5 system-ui;margin:0;color:#222}header{background:${header};color:#fff;padding:.6rem 2rem}
main{padding:1rem 2rem}.offer{background:${offer};border-radius:8px;padding:1rem}dt{font-weight:600}dd{margin:0 0 .5rem}</style>
<header>Shop (sandbox of ${tool}, not a real shop)</header>
<main><h1>Hello ${escaped(customer?.firstName ?? 'stranger')}</h1>
${fields.length > 0 ? `<section class="offer"><h2>For you</h2><dl>${fields.join('\n')}</dl></section>` : '<p>Have a look around.</p>'}
${memberships.length > 0 ? `<ul>${memberships.join('')}</ul>` : ''}
</main></html>`
}
