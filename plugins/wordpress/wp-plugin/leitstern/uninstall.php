<?php
/**
 * Leaves nothing of the plugin behind. What the hub wrote to user fields stays: they are the site's.
 *
 * @package Leitstern
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

/**
 * Answers, and that the hub was away. Transients have no index but their name.
 */
function leitstern_delete_transients(): void {
	global $wpdb;
	foreach ( array( '_transient_leitstern_', '_transient_timeout_leitstern_' ) as $prefix ) {
		// There is no other way to find them.
		$names = $wpdb->get_col( $wpdb->prepare( "SELECT option_name FROM {$wpdb->options} WHERE option_name LIKE %s", $wpdb->esc_like( $prefix ) . '%' ) );
		array_map( 'delete_option', $names );
	}
}

wp_clear_scheduled_hook( 'leitstern_deliver' );
array_map( 'delete_option', array( 'leitstern_settings', 'leitstern_fields', 'leitstern_fallbacks' ) );
delete_metadata( 'user', 0, '_leitstern_waiting', '', true );
leitstern_delete_transients();
