import { escaped, linkTo } from '../../core/contract/html.ts'
import type { SandboxContact } from '../../core/contract/sandbox.ts'

const style = `body{font:16px/1.5 system-ui;margin:0;color:#1d2327}
header{padding:.6rem 2rem;background:#f0f0f1}.hero{padding:4rem 2rem;background:#2c3338;color:#fff}
.hero h1{font-size:2.4rem;margin:0 0 1rem}.hero a{background:#fff;color:#2c3338;padding:.6rem 1.2rem;text-decoration:none}
dl{padding:1rem 2rem;display:grid;grid-template-columns:max-content auto;gap:.2rem 1rem}dt{color:#646970}`

const hero = (entries: readonly (readonly [string, string])[]) => {
  const like = (pattern: RegExp) => entries.find(([name]) => pattern.test(name))?.[1]
  const headline = like(/head|title/i) ?? 'Welcome'
  const link = like(/url|link/i)
  const text = like(/text|body|copy/i)
  return `<section class="hero"><h1>${escaped(headline)}</h1>
${text === undefined ? '' : `<p>${escaped(text)}</p>`}
${link === undefined ? '' : `<a href="${escaped(linkTo(link))}">Have a look</a>`}</section>`
}

/** The top of the site's front page, as a theme would fill it from the visitor's user meta. */
export const frontPage = (visitor: SandboxContact | undefined): string => {
  const entries = Object.entries(visitor?.fields ?? {}).map(([name, value]) => [name, String(value)] as const)
  const who = visitor ? `Signed in as ${visitor.firstName ?? visitor.email}` : 'Not signed in'
  const rows = entries.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`)
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>WordPress sandbox</title><style>${style}</style>
<header>WordPress sandbox, not a real site. ${escaped(who)}</header>
${hero(entries)}
<dl>${rows.join('\n')}</dl></html>`
}
