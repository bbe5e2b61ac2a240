import { escaped, linkTo } from '../../core/contract/html.ts'
import type { SandboxContact } from '../../core/contract/sandbox.ts'

const style = `body{font:16px/1.6 Georgia,serif;background:#f6f6f4;margin:0;color:#241c15}
main{max-width:36rem;margin:2rem auto;background:#fff;padding:2rem 2.5rem}h1{font-size:1.9rem}
a.button{background:#241c15;color:#fff;padding:.7rem 1.4rem;text-decoration:none}
footer,header{font:13px/1.5 system-ui;color:#6b6b6b;text-align:center;padding:1rem}
dl{font:14px/1.5 system-ui;display:grid;grid-template-columns:max-content auto;gap:.2rem 1rem;margin-top:2rem}dt{color:#6b6b6b}`

const body = (entries: readonly (readonly [string, string])[]) => {
  const like = (pattern: RegExp) => entries.find(([name]) => pattern.test(name))?.[1]
  const link = like(/URL|LINK/)
  const text = like(/TEXT|BODY|COPY/)
  return `<h1>${escaped(like(/HEAD|TITLE/) ?? 'News of the week')}</h1>
${text === undefined ? '' : `<p>${escaped(text)}</p>`}
${link === undefined ? '' : `<p><a class="button" href="${escaped(linkTo(link))}">Have a look</a></p>`}`
}

/** The newsletter as it would reach this member, with the merge fields put in. */
export const newsletter = (reader: SandboxContact | undefined): string => {
  const entries = Object.entries(reader?.fields ?? {}).map(([name, value]) => [name, String(value)] as const)
  const rows = entries.map(([name, value]) => `<dt>*|${escaped(name)}|*</dt><dd>${escaped(value)}</dd>`)
  const isSent = reader?.consent === true
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Mailchimp sandbox</title><style>${style}</style>
<header>Mailchimp sandbox: ${isSent ? 'the next newsletter' : 'not subscribed, so nothing would be sent'}</header>
<main><p>Hello ${escaped(reader?.firstName ?? 'there')},</p>
${body(entries)}
<dl>${rows.join('\n')}</dl></main>
<footer>${escaped((reader?.memberships ?? []).join(', '))}</footer></html>`
}
