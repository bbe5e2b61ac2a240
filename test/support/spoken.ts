import { connect } from 'node:net'

/** Bytes over a bare socket, and everything that comes back until the server hangs up. `half` closes our side after them. */
export const spoken = (url: string, bytes: string | Uint8Array, half = false): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname, () => (half ? socket.end(bytes) : socket.write(bytes)))
    let text = ''
    socket.on('data', (data) => {
      text += data.toString('latin1')
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
