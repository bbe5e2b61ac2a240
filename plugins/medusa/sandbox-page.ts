import { escaped, linkTo } from '../../core/contract/html.ts'
import type { SandboxContact } from '../../core/contract/sandbox.ts'

const entry = ([name, value]: readonly [string, unknown]) => {
  const text = escaped(String(value))
  const shown = /^https?:\/\//.test(String(value)) ? `<a href="${escaped(linkTo(String(value)))}">${text}</a>` : text
  return `<div><dt>${escaped(name)}</dt><dd>${shown}</dd></div>`
}

/** The shop's account page as this customer sees it; `null`: a visitor whom the shop does not know. */
export const pageOf = (customer: SandboxContact | null): string => {
  const fields = Object.entries(customer?.fields ?? {}).map(entry)
  const groups = (customer?.memberships ?? []).map((group) => `<li>${escaped(group.replace(/^group\//, ''))}</li>`)
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sandbox shop</title>
<style>body{font:16px/1.5 system-ui;margin:0;color:#222}header{background:#18181b;color:#fff;padding:.6rem 2rem}
main{padding:1rem 2rem}.offer{background:#f4f4f5;border-radius:8px;padding:1rem}dt{font-weight:600}dd{margin:0 0 .5rem}</style>
<header>Shop (sandbox of Medusa, not a real shop)</header>
<main><h1>Hello ${escaped(customer?.firstName ?? 'stranger')}</h1>
${fields.length > 0 ? `<section class="offer"><h2>For you</h2><dl>${fields.join('\n')}</dl></section>` : '<p>Have a look around.</p>'}
${groups.length > 0 ? `<ul>${groups.join('')}</ul>` : ''}
</main></html>`
}
