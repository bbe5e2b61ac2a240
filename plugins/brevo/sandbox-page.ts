import { escaped, linkTo } from '../../core/contract/html.ts'
import type { SandboxContact } from '../../core/contract/sandbox.ts'

const style = `body{font:16px/1.55 Inter,system-ui,sans-serif;background:#f7f9fc;margin:0;color:#1b1b1b}
main{max-width:34rem;margin:2rem auto;background:#fff;border-radius:12px;padding:2rem}h1{font-size:1.6rem}
a.button{background:#0b996e;color:#fff;padding:.7rem 1.3rem;border-radius:999px;text-decoration:none}
header,footer{font-size:13px;color:#687484;text-align:center;padding:1rem}
ul{font-size:14px;color:#687484;padding-left:1rem;margin-top:2rem}`

/** The e-mail as it would reach this contact, with the attributes put in. */
export const emailTo = (reader: SandboxContact | undefined): string => {
  const entries = Object.entries(reader?.fields ?? {}).map(([name, value]) => [name, String(value)] as const)
  const like = (pattern: RegExp) => entries.find(([name]) => pattern.test(name))?.[1]
  const link = like(/URL|LINK/)
  const rows = entries.map(([name, value]) => `<li>{{ contact.${escaped(name)} }}: ${escaped(value)}</li>`)
  const isSent = reader !== undefined && reader.consent !== false
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Brevo sandbox</title><style>${style}</style>
<header>Brevo sandbox: ${isSent ? 'the next campaign' : 'blacklisted or unknown, so nothing would be sent'}</header>
<main><p>Hello ${escaped(reader?.firstName ?? 'there')},</p>
<h1>${escaped(like(/HEAD|TITLE/) ?? 'Just in')}</h1>
<p>${escaped(like(/TEXT|BODY|COPY/) ?? '')}</p>
${link === undefined ? '' : `<p><a class="button" href="${escaped(linkTo(link))}">See more</a></p>`}
<ul>${rows.join('\n')}</ul></main>
<footer>${escaped((reader?.memberships ?? []).join(', '))}</footer></html>`
}
