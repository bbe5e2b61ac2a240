import { escaped } from '../../core/contract/html.ts'
import type { SandboxContact } from '../../core/contract/sandbox.ts'

const row = ([name, value]: readonly [string, unknown]) =>
  `<dt>${escaped(name.replace(/__c$/, ''))}</dt><dd>${escaped(String(value))}</dd>`

/** The record page of a person as a seller sees it; `null`: Salesforce does not know the person. */
export const pageOf = (email: string, person: SandboxContact | null): string => {
  const name = `${person?.firstName ?? ''} ${person?.lastName ?? ''}`.trim() || email
  const campaigns = (person?.memberships ?? []).map((one) => `<li>${escaped(one.replace(/^campaign\//, ''))}</li>`)
  const body = person
    ? `<dl>${Object.entries(person.fields).map(row).join('\n')}</dl>
${person.consent === false ? '<p class="warn">Email Opt Out</p>' : ''}
${campaigns.length > 0 ? `<h2>Campaign History</h2><ul>${campaigns.join('')}</ul>` : ''}`
    : '<p>No such record.</p>'
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sandbox CRM</title>
<style>body{font:15px/1.5 system-ui;margin:0;background:#f3f3f3}header{background:#0176d3;color:#fff;padding:.6rem 2rem}
main{background:#fff;margin:1rem 2rem;padding:1rem 2rem}dt{color:#555}dd{margin:0 0 .6rem}.warn{color:#b00}</style>
<header>CRM (sandbox of Salesforce, not a real org)</header>
<main><h1>${escaped(name)}</h1><p>${escaped(email)}</p>
${body}
</main></html>`
}
