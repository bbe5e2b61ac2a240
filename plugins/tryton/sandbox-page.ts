import { escaped } from '../../core/contract/html.ts'
import type { SandboxContact } from '../../core/contract/sandbox.ts'

const row = ([name, value]: readonly [string, unknown]) =>
  `<tr><td>${escaped(name)}</td><td>${escaped(String(value))}</td></tr>`

/** The party as a clerk sees it; `null`: Tryton does not know the address. */
export const pageOf = (email: string, party: SandboxContact | null): string => {
  const categories = (party?.memberships ?? []).map((one) => `<li>${escaped(one.replace(/^category\//, ''))}</li>`)
  const body = party
    ? `<table>${Object.entries(party.fields).map(row).join('\n')}</table>
${categories.length > 0 ? `<h2>Categories</h2><ul>${categories.join('')}</ul>` : ''}`
    : '<p>No such party.</p>'
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sandbox ERP</title>
<style>body{font:15px/1.5 system-ui;margin:0}header{background:#267f82;color:#fff;padding:.6rem 2rem}
main{padding:1rem 2rem}td{padding:.2rem 1.5rem .2rem 0}</style>
<header>Parties (sandbox of Tryton, not a real database)</header>
<main><h1>${escaped(email)}</h1>
${body}
</main></html>`
}
