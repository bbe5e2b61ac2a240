<?php
/**
 * What the hub is still to be told. It hangs on the user it is about, so that the latest change stands for all before it,
 * and two requests at once lose nothing of each other.
 *
 * @package Leitstern
 */

namespace Leitstern;

defined( 'ABSPATH' ) || exit;

const WAITING = '_leitstern_waiting';
const DELIVER = 'leitstern_deliver';
/** Seconds until the next attempt; after the last one the message is given up. */
const PAUSES = array( 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400 );
/** So many users are told of in one go; the rest waits for the next. */
const AT_ONCE = 20;

/**
 * Of whom there is something to tell: user -> when it is due, the longest due first.
 *
 * @return array<int, int>
 */
function due_by_user(): array {
	$waiting = array(
		'meta_key' => WAITING, // Few users wait at a time.
		'fields'   => 'ID',
	);
	$due     = array();
	foreach ( get_users( $waiting ) as $user_id ) {
		$message               = get_user_meta( (int) $user_id, WAITING, true );
		$due[ (int) $user_id ] = $message['due'] ?? 0;
	}
	asort( $due );
	return $due;
}

/**
 * Makes sure that cron looks again.
 *
 * @param int $seconds How long from now.
 */
function deliver_in( int $seconds ): void {
	$planned = wp_next_scheduled( DELIVER );
	if ( false !== $planned && $planned <= time() + $seconds ) {
		return;
	}
	wp_clear_scheduled_hook( DELIVER );
	wp_schedule_single_event( time() + $seconds, DELIVER );
}

/**
 * An instant in ISO 8601. To the millisecond: of two changes in one second the hub has to know the later.
 *
 * @param float $seconds Since the epoch.
 */
function instant( float $seconds ): string {
	$ms = (int) floor( $seconds * 1000 );
	return gmdate( 'Y-m-d\TH:i:s', intdiv( $ms, 1000 ) ) . sprintf( '.%03dZ', $ms % 1000 );
}

/**
 * Writes a user's message; one that waited is replaced, since this one tells of all of it.
 *
 * @param int $user_id Of whom.
 */
function note_change( int $user_id ): void {
	$shown = '' === setting( 'webhook_secret' ) ? null : shown_user( $user_id );
	if ( null === $shown ) {
		return;
	}
	$body    = wp_json_encode(
		array(
			'type'      => 'user.updated',
			'timestamp' => instant( microtime( true ) ),
			'data'      => $shown,
		)
	);
	$message = array(
		'id'       => 'msg_' . bin2hex( random_bytes( 16 ) ),
		'body'     => base64_encode( $body ), // Meta loses backslashes.
		'attempts' => 0,
		'due'      => time(),
	);
	update_user_meta( $user_id, WAITING, $message );
}

/**
 * Puts a message off that the hub has not taken, or gives it up.
 *
 * @param int                  $user_id Of whom it tells.
 * @param array<string, mixed> $message As it waits.
 */
function put_off( int $user_id, array $message ): void {
	$pause = PAUSES[ $message['attempts'] ] ?? null;
	if ( null === $pause ) {
		delete_user_meta( $user_id, WAITING, $message );
		return;
	}
	$later = array(
		'attempts' => $message['attempts'] + 1,
		'due'      => time() + $pause,
	);
	update_user_meta( $user_id, WAITING, $later + $message, $message );
}

/**
 * Tells the hub of one user. False if it did not take it.
 *
 * @param int $user_id Of whom.
 */
function deliver_one( int $user_id ): bool {
	$message = get_user_meta( $user_id, WAITING, true );
	if ( ! is_array( $message ) ) {
		return true;
	}
	// See note_change().
	if ( send_webhook( $message['id'], base64_decode( $message['body'] ) ) ) {
		// Only this very message: a newer one may have come meanwhile.
		delete_user_meta( $user_id, WAITING, $message );
		return true;
	}
	put_off( $user_id, $message );
	return false;
}

/**
 * Comes back when the next message is due.
 */
function deliver_the_rest(): void {
	$due = due_by_user();
	if ( array() !== $due ) {
		deliver_in( max( 1, min( $due ) - time() ) );
	}
}

/**
 * What cron does: tells the hub of those who are due, until it does not answer.
 */
function deliver(): void {
	$due = array_filter(
		due_by_user(),
		function ( $at ) {
			return $at <= time();
		}
	);
	foreach ( array_slice( array_keys( $due ), 0, AT_ONCE ) as $user_id ) {
		if ( ! deliver_one( $user_id ) ) {
			break;
		}
	}
	deliver_the_rest();
}
add_action( DELIVER, __NAMESPACE__ . '\deliver' );

/**
 * While the plugin is off nothing is sent.
 */
function stop_delivering(): void {
	wp_clear_scheduled_hook( DELIVER );
}
