import { escaped, linkTo } from '../../core/contract/html.ts'
import type { SandboxContact } from '../../core/contract/sandbox.ts'

const style = `body{font:17px/1.6 Georgia,serif;margin:0;color:#15171a}main{max-width:40rem;margin:2rem auto;padding:0 1rem}
header{font:14px system-ui;padding:1rem 2rem;border-bottom:1px solid #e6e6e6}
.label{font:13px system-ui;background:#f1f1f1;border-radius:3px;padding:.1rem .5rem}
dl{font:14px/1.5 system-ui;display:grid;grid-template-columns:max-content auto;gap:.2rem 1rem}dt{color:#738a94}`

const shown = (value: string) =>
  /^https?:\/\//.test(value) ? `<a href="${escaped(linkTo(value))}">${escaped(value)}</a>` : escaped(value)

/** The member as staff sees them in Ghost Admin, and whether the newsletter reaches them. */
export const memberPage = (member: SandboxContact | undefined): string => {
  const labels = (member?.memberships ?? []).map((name) => `<span class="label">${escaped(name)}</span>`)
  const rows = Object.entries(member?.fields ?? {}).map(
    ([name, value]) => `<dt>${escaped(name)}</dt><dd>${shown(String(value))}</dd>`,
  )
  const name = [member?.firstName, member?.lastName].filter(Boolean).join(' ')
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Ghost sandbox</title><style>${style}</style>
<header>Ghost sandbox, not a real site: ${member?.consent ? 'gets the newsletter' : 'gets no newsletter'}</header>
<main><h1>${escaped(name || (member?.email ?? 'No such member'))}</h1>
<p>${labels.join(' ')}</p>
<dl>${rows.join('\n')}</dl></main></html>`
}
