import { escaped } from '../../core/contract/html.ts'
import type { SandboxContact } from '../../core/contract/sandbox.ts'

const row = ([name, value]: readonly [string, unknown]) =>
  `<tr><th>${escaped(name)}</th><td>${escaped(String(value))}</td></tr>`

/** The contact's card as an agent sees it during a call; `null`: HubSpot does not know the contact. */
export const pageOf = (email: string, contact: SandboxContact | null): string => {
  const name = `${contact?.firstName ?? ''} ${contact?.lastName ?? ''}`.trim() || email
  const lists = (contact?.memberships ?? []).map((list) => `<li>${escaped(list.replace(/^list\//, ''))}</li>`)
  const body = contact
    ? `<table>${Object.entries(contact.fields).map(row).join('\n')}</table>
${contact.consent === false ? '<p class="warn">Has opted out of e-mail.</p>' : ''}
${lists.length > 0 ? `<h2>Segments</h2><ul>${lists.join('')}</ul>` : ''}`
    : '<p>No such contact.</p>'
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sandbox CRM</title>
<style>body{font:15px/1.5 system-ui;margin:0;color:#33475b}header{background:#ff7a59;color:#fff;padding:.6rem 2rem}
main{padding:1rem 2rem}th{text-align:left;padding-right:2rem;font-weight:600}.warn{color:#c0392b}</style>
<header>CRM (sandbox of HubSpot, not a real account)</header>
<main><h1>${escaped(name)}</h1><p>${escaped(email)}</p>
${body}
</main></html>`
}
