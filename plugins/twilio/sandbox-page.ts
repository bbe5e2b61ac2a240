import { escaped, linkTo } from '../../core/contract/html.ts'
import type { SandboxContact } from '../../core/contract/sandbox.ts'

const style = `body{font:16px/1.4 system-ui,sans-serif;background:#f1f1f4;margin:0;color:#121c2d}
main{max-width:24rem;margin:1rem auto;background:#fff;border-radius:24px;padding:1.5rem;min-height:28rem}
header{text-align:center;color:#606b85;font-size:13px}p{background:#e5e5ea;border-radius:18px;padding:.7rem 1rem;width:fit-content}
a{color:#0263e0}ul{font-size:12px;color:#606b85;list-style:none;padding:0;margin-top:3rem}`

/** The conversation as it would look with the attributes put in. */
export const conversation = (user: SandboxContact | undefined): string => {
  const entries = Object.entries(user?.fields ?? {}).map(([name, value]) => [name, String(value)] as const)
  const like = (pattern: RegExp) => entries.find(([name]) => pattern.test(name))?.[1]
  const link = like(/url|link/i)
  const rows = entries.map(([name, value]) => `<li>${escaped(name)}: ${escaped(value)}</li>`)
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Twilio sandbox</title><style>${style}</style>
<main><header>Twilio sandbox: ${user ? 'the next message' : 'no such user, so nothing would be sent'}</header>
<p>Hi ${escaped(user?.firstName ?? 'there')}! ${escaped(like(/text|body|copy|head|title/i) ?? '')}</p>
${link === undefined ? '' : `<p><a href="${escaped(linkTo(link))}">Have a look</a></p>`}
<ul>${rows.join('\n')}</ul></main></html>`
}
