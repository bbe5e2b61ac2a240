import { execFileSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type Asked, ask } from '../support/ask.ts'

/** The WordPress that the tests of this folder speak to; README.md says how to have one. */
export const {
  LEITSTERN_WORDPRESS_URL: url = '',
  LEITSTERN_WORDPRESS_USER: user = '',
  LEITSTERN_WORDPRESS_PASSWORD: password = '',
} = process.env
const folder = process.env.LEITSTERN_WORDPRESS_FOLDER ?? ''

/** Appended to the name of a test that needs it: a skip line has to say why. */
export const needsWordPress =
  url && user && password && folder
    ? ''
    : ' (skipped: LEITSTERN_WORDPRESS_URL, _USER, _PASSWORD and _FOLDER are not all set)'

const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
/** The REST API, as the administrator. */
export const rest = (path: string, asked: Asked = {}) =>
  ask(`${url}/wp-json${path}`, { ...asked, headers: { authorization, 'content-type': 'application/json' } })

/** Runs PHP inside of the site, with `$given`; answers with what it returns. */
export const php = (code: string, given: Readonly<Record<string, unknown>> = {}): unknown => {
  const program = `$given = json_decode( stream_get_contents( STDIN ), true ); require $given['folder'] . '/wp-load.php';
    echo json_encode( ( function ( $given ) { ${code} } )( $given ) );`
  const input = JSON.stringify({ ...given, folder })
  return JSON.parse(execFileSync('php', ['-r', program], { input, encoding: 'utf8' }))
}

const signedIn = new Map<number, string>()
const signIn = (id: number): string =>
  z.string().parse(
    php(
      `$until = time() + 3600; $token = WP_Session_Tokens::get_instance( $given['id'] )->create( $until );
      $cookie = function ( $name, $scheme ) use ( $given, $until, $token ) {
        return $name . '=' . rawurlencode( wp_generate_auth_cookie( $given['id'], $until, $scheme, $token ) );
      };
      return $cookie( AUTH_COOKIE, 'auth' ) . '; ' . $cookie( LOGGED_IN_COOKIE, 'logged_in' );`,
      { id },
    ),
  )
/** The cookies of somebody who is signed in; nonces hold within one session only. */
export const cookiesOf = (id: number): string => {
  const cookies = signedIn.get(id) ?? signIn(id)
  signedIn.set(id, cookies)
  return cookies
}

const companion = fileURLToPath(new URL('../../plugins/wordpress/wp-plugin/leitstern', import.meta.url))
/** Copies the companion plugin into the site and switches it on, as an administrator would. */
export const installCompanion = async (): Promise<void> => {
  cpSync(companion, `${folder}/wp-content/plugins/leitstern`, { recursive: true })
  const { status, text } = await rest('/wp/v2/plugins/leitstern/leitstern', { json: { status: 'active' } })
  if (status !== 200) throw new Error(`activating the companion plugin: ${status} ${text}`)
}
/** Deletes it again, which runs its uninstaller. */
export const deleteCompanion = async (): Promise<void> => {
  await rest('/wp/v2/plugins/leitstern/leitstern', { json: { status: 'inactive' } })
  await rest('/wp/v2/plugins/leitstern/leitstern', { method: 'DELETE' })
}

const made = z.object({ id: z.number() })
export const madeId = (answer: { readonly body: unknown }): number => made.parse(answer.body).id
/** A page that anybody may read; its address. */
export const publish = async (title: string, content: string): Promise<{ id: number; address: string }> => {
  const { body } = await rest('/wp/v2/pages', { json: { title, content, status: 'publish' } })
  const { id, link } = made.extend({ link: z.string() }).parse(body)
  return { id, address: link }
}
