<?php
/**
 * Who has changed in this request.
 *
 * @package Leitstern
 */

namespace Leitstern;

defined( 'ABSPATH' ) || exit;

/**
 * Takes note of who has changed in this request, or gives all of them.
 *
 * @param int|null $user_id Whom.
 * @return list<int>
 */
function changed_users( ?int $user_id = null ): array {
	static $changed = array();
	if ( null !== $user_id ) {
		$changed[ $user_id ] = $user_id;
	}
	return array_values( $changed );
}

/**
 * Somebody was made or changed.
 *
 * @param int $user_id Whom.
 */
function on_user_change( $user_id ): void {
	changed_users( (int) $user_id );
}
add_action( 'user_register', __NAMESPACE__ . '\on_user_change' );
add_action( 'profile_update', __NAMESPACE__ . '\on_user_change' );

/**
 * A field of somebody was changed.
 *
 * @param mixed  $meta_id Not read.
 * @param int    $user_id Whose.
 * @param string $name    Which.
 */
function on_meta_change( $meta_id, $user_id, $name ): void {
	if ( in_array( $name, array_merge( array( 'first_name', 'last_name' ), array_column( known_fields(), 'name' ) ), true ) ) {
		changed_users( (int) $user_id );
	}
}
foreach ( array( 'added_user_meta', 'updated_user_meta', 'deleted_user_meta' ) as $leitstern_hook ) {
	add_action( $leitstern_hook, __NAMESPACE__ . '\on_meta_change', 10, 3 );
}

/**
 * Once the request is over: one message for each user who has changed in it. One is told of at once, of several
 * cron tells.
 */
function tell_of_changes(): void {
	$changed = changed_users();
	if ( array() === $changed || '' === setting( 'hub' ) ) {
		return;
	}
	array_map( __NAMESPACE__ . '\note_change', $changed );
	if ( function_exists( 'fastcgi_finish_request' ) ) {
		fastcgi_finish_request();
	}
	if ( 1 === count( $changed ) ) {
		deliver_one( $changed[0] );
	}
	deliver_the_rest();
}
add_action( 'shutdown', __NAMESPACE__ . '\tell_of_changes' );
