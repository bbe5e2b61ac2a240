import { escaped, linkTo } from '../../core/contract/html.ts'
import type { SandboxContact } from '../../core/contract/sandbox.ts'

const style = `body{font:16px/1.5 system-ui;margin:0;color:#192532}header{background:#f7f9fa;padding:.6rem 2rem}
.hero{background:#0033ff;color:#fff;padding:3rem 2rem}.hero a{color:#fff}
dl{padding:1rem 2rem;display:grid;grid-template-columns:max-content auto;gap:.2rem 1rem}dt{color:#5a657c}`

const hero = (entries: readonly (readonly [string, string])[]) => {
  const like = (pattern: RegExp) => entries.find(([name]) => pattern.test(name))?.[1]
  const link = like(/url|link/i)
  return `<section class="hero"><h1>${escaped(like(/head|title|hero/i) ?? 'Welcome')}</h1>
${link === undefined ? '' : `<a href="${escaped(linkTo(link))}">Have a look</a>`}</section>`
}

/** The top of a front page that a site builds from the visitor's entry. */
export const frontPage = (visitor: SandboxContact | undefined): string => {
  const entries = Object.entries(visitor?.fields ?? {}).map(([name, value]) => [name, String(value)] as const)
  const rows = entries.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`)
  const who = visitor ? `Signed in as ${visitor.email}` : 'Not signed in'
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Contentful sandbox</title><style>${style}</style>
<header>Contentful sandbox, not a real site. ${escaped(who)}</header>
${hero(entries)}
<dl>${rows.join('\n')}</dl>
<footer>${escaped((visitor?.memberships ?? []).join(', '))}</footer></html>`
}
