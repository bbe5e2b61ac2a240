/*
 * Tells the hub which customer or order changed. Copy it to src/subscribers/leitstern.js of the Medusa project and set, in
 * the environment of its server, LEITSTERN_WEBHOOK_URL (the hub's address for this connector) and LEITSTERN_WEBHOOK_SECRET
 * (whsec_ and base64, the connector's webhookSecret). Signed by Standard Webhooks 1.0: https://www.standardwebhooks.com
 */
const { createHmac, randomUUID } = require('node:crypto')

const signatureOf = (id, seconds, body) => {
  const key = Buffer.from((process.env.LEITSTERN_WEBHOOK_SECRET ?? '').replace(/^whsec_/, ''), 'base64')
  return createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
}

exports.default = async ({ event }) => {
  const url = process.env.LEITSTERN_WEBHOOK_URL
  if (!url || !process.env.LEITSTERN_WEBHOOK_SECRET) return
  const [id, seconds] = [`msg_${randomUUID()}`, String(Math.floor(Date.now() / 1000))]
  const body = JSON.stringify({ type: event.name, timestamp: new Date().toISOString(), data: { id: event.data.id } })
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${signatureOf(id, seconds, body)}`,
  }
  // The shop goes on without the hub; what is lost here, the next pull brings.
  await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(5000) }).catch(() => {})
}
exports.config = {
  event: ['customer.created', 'customer.updated', 'order.placed', 'order.updated', 'order.canceled'],
}
