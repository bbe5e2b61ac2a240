import { escaped } from '../../core/contract/html.ts'
import type { SandboxContact } from '../../core/contract/sandbox.ts'
import type { ShopOrder } from './sandbox-shop.ts'

const isAddress = (value: unknown) => /^https?:\/\//.test(String(value))

const entry = ([name, value]: readonly [string, unknown]) => {
  const text = escaped(String(value))
  const shown = isAddress(value) ? `<a href="${text}">${text}</a>` : text
  return `<div><dt>${escaped(name)}</dt><dd>${shown}</dd></div>`
}
const total = ({ lines }: ShopOrder) => lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0).toFixed(2)
const orderItem = (order: ShopOrder) =>
  `<li>${escaped(order.code)}: ${order.lines.map(({ name }) => escaped(name)).join(', ')} (${total(order)} EUR)</li>`

/** The shop's start page as this customer sees it when signed in; `null`: a visitor whom the shop does not know. */
export const pageOf = (customer: SandboxContact | null, orders: readonly ShopOrder[]): string => {
  const name = customer?.firstName ?? 'to the shop'
  const fields = Object.entries(customer?.fields ?? {}).map(entry)
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sandbox shop</title>
<style>body{font:16px/1.5 system-ui;margin:0;color:#222}header{background:#17c1ff;color:#fff;padding:.6rem 2rem}
main{padding:1rem 2rem}.offer{background:#eef9ff;border-radius:8px;padding:1rem}dt{font-weight:600}dd{margin:0 0 .5rem}</style>
<header>Shop (sandbox of Vendure, not a real shop)</header>
<main><h1>Welcome ${escaped(name)}</h1>
${fields.length > 0 ? `<section class="offer"><h2>For you</h2><dl>${fields.join('\n')}</dl></section>` : '<p>Have a look around.</p>'}
${customer?.memberships.map((group) => `<p>You are one of our ${escaped(group.replace(/^group\//, ''))}.</p>`).join('') ?? ''}
${orders.length > 0 ? `<h2>Your orders</h2><ul>${orders.map(orderItem).join('\n')}</ul>` : ''}
</main></html>`
}
