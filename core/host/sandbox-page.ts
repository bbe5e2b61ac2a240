import { escaped } from '../contract/html.ts'
import type { Sandbox, SandboxContact } from '../contract/sandbox.ts'

const row = ({ email, firstName = '', lastName = '', fields, memberships }: SandboxContact) => `<tr>
<td><a href="/__sandbox/page?email=${encodeURIComponent(email)}">${escaped(email)}</a></td>
<td>${escaped(`${firstName} ${lastName}`.trim())}</td>
<td>${Object.entries(fields)
  .map(([name, value]) => escaped(`${name}: ${value}`))
  .join('<br>')}</td>
<td>${memberships.map(escaped).join('<br>')}</td></tr>`

/** All contacts of a sandbox, for a person who looks in. */
export const contactsPage = (sandbox: Sandbox): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sandbox</title>
<style>body{font:15px/1.5 system-ui;margin:2rem}td,th{padding:.3rem .8rem;text-align:left;vertical-align:top}</style>
<h1>Sandbox: a tool in small, not the real one</h1>
<table><tr><th>E-mail</th><th>Name</th><th>Fields</th><th>Memberships</th></tr>
${sandbox.contacts().map(row).join('\n')}
</table></html>`
