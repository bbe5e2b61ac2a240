<?php
/**
 * The hub's browser client, for visitors who are not signed in.
 *
 * @package Leitstern
 */

namespace Leitstern;

defined( 'ABSPATH' ) || exit;

/**
 * Loads it in the head, so that placements are hidden before they are painted.
 */
function load_browser_client(): void {
	if ( '' !== setting( 'hub' ) && '' !== setting( 'public_key' ) ) {
		// The hub says itself how long it may be kept.
		wp_enqueue_script( 'leitstern', setting( 'hub' ) . '/sdk/leitstern.js', array(), null, false );
	}
}
add_action( 'wp_enqueue_scripts', __NAMESPACE__ . '\load_browser_client' );

/**
 * Gives the script its key.
 *
 * @param string $tag    The script element.
 * @param string $handle Which script.
 */
function tag_browser_client( string $tag, string $handle ): string {
	if ( 'leitstern' !== $handle ) {
		return $tag;
	}
	return str_replace( ' src=', sprintf( ' data-key="%s" src=', esc_attr( setting( 'public_key' ) ) ), $tag );
}
add_filter( 'script_loader_tag', __NAMESPACE__ . '\tag_browser_client', 10, 2 );
