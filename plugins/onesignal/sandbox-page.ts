import { escaped, linkTo } from '../../core/contract/html.ts'
import type { SandboxContact } from '../../core/contract/sandbox.ts'

const style = `body{font:15px/1.4 -apple-system,system-ui,sans-serif;background:linear-gradient(#3b4a6b,#7d6b8f);margin:0;min-height:100vh;color:#fff}
main{max-width:22rem;margin:0 auto;padding:3rem 1rem}time{display:block;font-size:4rem;font-weight:200;text-align:center}
article{background:#ffffffd9;color:#111;border-radius:18px;padding:.8rem 1rem;margin-top:2rem}h1{font-size:1rem;margin:0}
a{color:#e54b4d}small{color:#ffffffb3;display:block;text-align:center}dl{font-size:12px;color:#ffffffb3}dt{float:left;margin-right:.5rem}`

/** The lock screen with the push message as it would reach this user, with the tags put in. */
export const lockScreen = (user: SandboxContact | undefined): string => {
  const entries = Object.entries(user?.fields ?? {}).map(([name, value]) => [name, String(value)] as const)
  const like = (pattern: RegExp) => entries.find(([name]) => pattern.test(name))?.[1]
  const link = like(/url|link/i)
  const rows = entries.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`)
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>OneSignal sandbox</title><style>${style}</style>
<main><small>OneSignal sandbox: ${user ? 'the next push message' : 'no such user, so nothing would be sent'}</small>
<time>9:41</time>
<article><h1>${escaped(like(/head|title/i) ?? `Hi ${user?.firstName ?? 'there'}`)}</h1>
<p>${escaped(like(/text|body|copy/i) ?? '')}</p>
${link === undefined ? '' : `<p><a href="${escaped(linkTo(link))}">Open</a></p>`}</article>
<dl>${rows.join('\n')}</dl></main></html>`
}
