<?php
/**
 * What the hub decides for whoever is signed in.
 *
 * @package Leitstern
 */

namespace Leitstern;

defined( 'ABSPATH' ) || exit;

/** Seconds that a page waits for the hub at most. */
const PATIENCE = 1;
/** Seconds that an answer stands at most. */
const FRESH = 60;
/** Seconds for which a hub that did not answer is left alone. */
const AWAY      = 30;
const FALLBACKS = 'leitstern_fallbacks';

/**
 * Whether the visitor's browser asks not to be tracked. Source: https://www.w3.org/TR/gpc/
 */
function wants_no_tracking(): bool {
	return isset( $_SERVER['HTTP_SEC_GPC'] ) && '1' === $_SERVER['HTTP_SEC_GPC'];
}

/**
 * Asks the hub. Null if it did not answer, or has no such placement.
 *
 * @param array<string, mixed> $question The body of POST /v1/decide.
 * @return array<string, mixed>|null The decision for its first placement.
 */
function ask_hub( array $question ): ?array {
	$answer = wp_remote_post(
		setting( 'hub' ) . '/v1/decide',
		array(
			'timeout'     => PATIENCE,
			'redirection' => 0,
			'body'        => wp_json_encode( $question ),
			'headers'     => array(
				'Authorization' => 'Bearer ' . setting( 'server_key' ),
				'Content-Type'  => 'application/json',
			),
		)
	);
	if ( ! in_array( wp_remote_retrieve_response_code( $answer ), array( 200, 404 ), true ) ) {
		set_transient( 'leitstern_away', 1, AWAY );
	}
	$body     = json_decode( wp_remote_retrieve_body( $answer ), true );
	$decision = $body['decisions'][0] ?? null;
	return is_array( $decision ) && is_array( $decision['content'] ?? null ) ? $decision : null;
}

/**
 * The fallback that the hub last gave for a placement: what is shown while it is away.
 *
 * @param string $placement Which.
 * @return array<string, string>|null Its content.
 */
function known_fallback( string $placement ): ?array {
	$known = get_option( FALLBACKS, array() );
	return $known[ $placement . ' ' . get_locale() ] ?? null;
}

/**
 * Remembers a fallback.
 *
 * @param string                $placement Of which placement.
 * @param array<string, string> $content   Its content.
 */
function remember_fallback( string $placement, array $content ): void {
	if ( known_fallback( $placement ) !== $content ) {
		update_option( FALLBACKS, array( $placement . ' ' . get_locale() => $content ) + get_option( FALLBACKS, array() ) );
	}
}

/**
 * Asks anew, and keeps the answer for a while.
 *
 * @param string   $placement Which.
 * @param \WP_User $user      Who is signed in.
 * @param string   $name      Of the transient.
 * @return array<string, mixed>|null The decision.
 */
function decide_anew( string $placement, \WP_User $user, string $name ): ?array {
	$question = array(
		'profile'    => array( 'email' => $user->user_email ),
		'placements' => array( $placement ),
		'locale'     => str_replace( '_', '-', get_locale() ),
	);
	$decision = ask_hub( $question );
	if ( null === $decision ) {
		return null;
	}
	set_transient( $name, $decision, FRESH );
	if ( null === $decision['offer'] ) {
		remember_fallback( $placement, $decision['content'] );
	}
	return $decision;
}

/**
 * Under which name an answer stands. The customer's fields are part of it: when the hub writes others it has decided
 * otherwise, and what it said before must not be shown for the rest of a minute.
 *
 * @param string   $placement Which.
 * @param \WP_User $user      Who is signed in.
 */
function answer_name( string $placement, \WP_User $user ): string {
	$held = array();
	foreach ( known_fields() as $field ) {
		$held[ $field['name'] ] = get_user_meta( $user->ID, $field['name'] );
	}
	return 'leitstern_' . md5( $user->ID . ' ' . $placement . ' ' . get_locale() . ' ' . wp_json_encode( $held ) );
}

/**
 * What a placement shows to whoever is signed in. Null where the hub cannot say, or must not.
 *
 * @param string $placement Which.
 * @return array<string, mixed>|null The decision.
 */
function decision_for( string $placement ): ?array {
	$user = wp_get_current_user();
	if ( ! $user->exists() || '' === setting( 'server_key' ) || '' === setting( 'hub' ) || wants_no_tracking() ) {
		return null;
	}
	$name   = answer_name( $placement, $user );
	$stands = get_transient( $name );
	if ( is_array( $stands ) ) {
		return $stands;
	}
	return false === get_transient( 'leitstern_away' ) ? decide_anew( $placement, $user, $name ) : null;
}
