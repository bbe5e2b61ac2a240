<?php
/**
 * What an administrator says of the hub.
 *
 * @package Leitstern
 */

namespace Leitstern;

defined( 'ABSPATH' ) || exit;

const SETTINGS = 'leitstern_settings';
const SECRETS  = array( 'server_key', 'webhook_secret' );

/**
 * All settings, each a string; empty where nothing was said.
 *
 * @return array<string, string>
 */
function settings(): array {
	$defaults = array(
		'hub'            => '',
		'server_key'     => '',
		'public_key'     => '',
		'connector'      => 'site',
		'webhook_secret' => '',
	);
	$stored   = get_option( SETTINGS, array() );
	return array_map( 'strval', array_intersect_key( wp_parse_args( is_array( $stored ) ? $stored : array(), $defaults ), $defaults ) );
}

/**
 * One setting.
 *
 * @param string $name A key of settings().
 */
function setting( string $name ): string {
	return settings()[ $name ];
}

/**
 * What the form says, as it may be stored. A secret that is left empty stays as it was: forms do not show it.
 *
 * @param mixed $given What was sent.
 * @return array<string, string>
 */
function sanitize_settings( $given ): array {
	$given   = is_array( $given ) ? $given : array();
	$present = settings();
	$clean   = array();
	foreach ( $present as $name => $before ) {
		$value          = sanitize_text_field( (string) ( $given[ $name ] ?? '' ) );
		$is_kept        = '' === $value && in_array( $name, SECRETS, true );
		$clean[ $name ] = $is_kept ? $before : $value;
	}
	$clean['hub']       = untrailingslashit( esc_url_raw( $clean['hub'], array( 'http', 'https' ) ) );
	$clean['connector'] = sanitize_key( $clean['connector'] );
	return $clean;
}

/**
 * Tells WordPress of the setting, so that whatever stores it is cleaned.
 */
function register_settings(): void {
	register_setting(
		'leitstern',
		SETTINGS,
		array(
			'type'              => 'object',
			'sanitize_callback' => __NAMESPACE__ . '\sanitize_settings',
			'default'           => array(),
		)
	);
}
add_action( 'init', __NAMESPACE__ . '\register_settings' );
