import { escaped, linkTo } from '../../core/contract/html.ts'
import type { SandboxContact } from '../../core/contract/sandbox.ts'

const style = `body{font:16px/1.6 "Helvetica Neue",Arial,sans-serif;background:#f4f0ea;margin:0;color:#232426}
main{max-width:36rem;margin:2rem auto;background:#fff;padding:2.5rem}h1{font-size:1.8rem;font-weight:600}
a.button{background:#232426;color:#fff;padding:.7rem 1.5rem;border-radius:2rem;text-decoration:none}
header,footer{font-size:13px;color:#6f6a64;text-align:center;padding:1rem}
table{font-size:14px;margin-top:2rem;border-collapse:collapse}th{font-weight:400;color:#6f6a64;text-align:left;padding-right:1rem}`

/** The e-mail as it would reach this profile, with its properties put in. */
export const emailTo = (reader: SandboxContact | undefined): string => {
  const entries = Object.entries(reader?.fields ?? {}).map(([name, value]) => [name, String(value)] as const)
  const like = (pattern: RegExp) => entries.find(([name]) => pattern.test(name))?.[1]
  const link = like(/url|link/i)
  const rows = entries.map(([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`)
  const isSent = reader?.consent === true
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Klaviyo sandbox</title><style>${style}</style>
<header>Klaviyo sandbox: ${isSent ? 'the next campaign' : 'not subscribed, so nothing would be sent'}</header>
<main><p>Hi ${escaped(reader?.firstName ?? 'there')},</p>
<h1>${escaped(like(/head|title/i) ?? 'Picked for you')}</h1>
<p>${escaped(like(/text|body|copy/i) ?? '')}</p>
${link === undefined ? '' : `<p><a class="button" href="${escaped(linkTo(link))}">Shop now</a></p>`}
<table>${rows.join('\n')}</table></main>
<footer>${escaped((reader?.memberships ?? []).join(', '))}</footer></html>`
}
