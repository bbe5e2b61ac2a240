<?php
/**
 * One signed message to the hub. Source: https://www.standardwebhooks.com, version 1.0.
 *
 * @package Leitstern
 */

namespace Leitstern;

defined( 'ABSPATH' ) || exit;

/**
 * The header `webhook-signature` of a message.
 *
 * @param string $secret  Base64, behind an optional `whsec_`.
 * @param string $id      The message's, the same at each attempt.
 * @param int    $seconds When this attempt is made; epoch seconds.
 * @param string $body    The bytes that are sent.
 */
function signature( string $secret, string $id, int $seconds, string $body ): string {
	// The standard's secrets are base64.
	$key = base64_decode( preg_replace( '/^whsec_/', '', $secret ) );
	// So are its signatures.
	return 'v1,' . base64_encode( hash_hmac( 'sha256', "$id.$seconds.$body", $key, true ) );
}

/**
 * Sends a message once. True if the hub has taken it.
 *
 * @param string $id   The message's.
 * @param string $body JSON.
 */
function send_webhook( string $id, string $body ): bool {
	$seconds = time();
	$answer  = wp_remote_post(
		setting( 'hub' ) . '/v1/hooks/' . rawurlencode( setting( 'connector' ) ),
		array(
			'timeout'     => 3,
			'redirection' => 0,
			'body'        => $body,
			'headers'     => array(
				'Content-Type'      => 'application/json',
				'webhook-id'        => $id,
				'webhook-timestamp' => (string) $seconds,
				'webhook-signature' => signature( setting( 'webhook_secret' ), $id, $seconds, $body ),
			),
		)
	);
	return 2 === intdiv( (int) wp_remote_retrieve_response_code( $answer ), 100 );
}

/**
 * A user as the REST API shows one with `context=edit`, as far as the hub reads it; null for whoever works on the site.
 *
 * @param int $user_id Whom.
 * @return array<string, mixed>|null
 */
function shown_user( int $user_id ): ?array {
	$user = get_userdata( $user_id );
	if ( false === $user || user_can( $user, 'edit_posts' ) ) {
		return null;
	}
	$request = new \WP_REST_Request( 'GET', '/wp/v2/users/' . $user_id );
	$request->set_param( 'context', 'edit' );
	$shown = ( new \WP_REST_Users_Controller() )->prepare_item_for_response( $user, $request )->get_data();
	$read  = array( 'id', 'email', 'first_name', 'last_name', 'registered_date', 'meta' );
	return array_intersect_key( $shown, array_flip( $read ) ) + array( 'capabilities' => new \stdClass() );
}
