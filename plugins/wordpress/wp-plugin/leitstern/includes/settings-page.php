<?php
/**
 * Settings, Leitstern.
 *
 * @package Leitstern
 */

namespace Leitstern;

defined( 'ABSPATH' ) || exit;

/**
 * The rows of the form: setting -> label and explanation.
 *
 * @return array<string, array{0: string, 1: string}>
 */
function setting_rows(): array {
	return array(
		'hub'            => array( __( 'Address of the hub', 'leitstern' ), 'https://hub.example' ),
		'server_key'     => array( __( 'Server key', 'leitstern' ), __( 'With the scope decide: what signed-in customers are shown. It stays on this server.', 'leitstern' ) ),
		'public_key'     => array( __( 'Public key', 'leitstern' ), __( 'Bound to the origin of this site: what all other visitors are shown. It stands in every page.', 'leitstern' ) ),
		'connector'      => array( __( 'Connector', 'leitstern' ), __( 'What the hub calls this site in hub.yaml.', 'leitstern' ) ),
		'webhook_secret' => array( __( 'Webhook secret', 'leitstern' ), __( 'whsec_…, the same as webhookSecret in hub.yaml: changes of customers are told to the hub at once.', 'leitstern' ) ),
	);
}

/**
 * One row. A secret is never shown again.
 *
 * @param array{name: string, about: string} $row Which.
 */
function show_setting( array $row ): void {
	$is_secret = in_array( $row['name'], SECRETS, true );
	$value     = setting( $row['name'] );
	printf(
		'<input type="%1$s" class="regular-text" id="leitstern-%2$s" name="%3$s[%2$s]" value="%4$s" placeholder="%5$s" autocomplete="off"><p class="description">%6$s</p>',
		$is_secret ? 'password' : 'text',
		esc_attr( $row['name'] ),
		esc_attr( SETTINGS ),
		esc_attr( $is_secret ? '' : $value ),
		esc_attr( $is_secret && '' !== $value ? __( 'stored; leave empty to keep it', 'leitstern' ) : '' ),
		esc_html( $row['about'] )
	);
}

/**
 * The form's fields.
 */
function add_setting_rows(): void {
	add_settings_section( 'leitstern', '', '__return_null', 'leitstern' );
	foreach ( setting_rows() as $name => list( $label, $about ) ) {
		$row = array(
			'name'      => $name,
			'about'     => $about,
			'label_for' => 'leitstern-' . $name,
		);
		add_settings_field( $name, $label, __NAMESPACE__ . '\show_setting', 'leitstern', 'leitstern', $row );
	}
}
add_action( 'admin_init', __NAMESPACE__ . '\add_setting_rows' );

/**
 * The fields that the hub has registered, and what could not be told to it.
 */
function show_state(): void {
	$names = implode( ', ', array_column( known_fields(), 'name' ) );
	/* translators: %s: names of user fields. */
	$fields = '' === $names ? __( 'No user fields yet: npx leitstern connectors setup registers them.', 'leitstern' ) : sprintf( __( 'User fields of the hub: %s', 'leitstern' ), $names );
	/* translators: %d: a number of users. */
	$waiting = sprintf( __( 'Changes that the hub does not know yet: %d', 'leitstern' ), count( due_by_user() ) );
	printf( '<p>%s</p><p>%s</p>', esc_html( $fields ), esc_html( $waiting ) );
}

/**
 * The page. WordPress's own form brings and checks the nonce.
 */
function show_settings_page(): void {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	echo '<div class="wrap"><h1>Leitstern</h1><form action="options.php" method="post">';
	settings_fields( 'leitstern' );
	do_settings_sections( 'leitstern' );
	submit_button();
	echo '</form>';
	show_state();
	echo '</div>';
}

/**
 * Its place in the menu.
 */
function add_settings_page(): void {
	add_options_page( 'Leitstern', 'Leitstern', 'manage_options', 'leitstern', __NAMESPACE__ . '\show_settings_page' );
}
add_action( 'admin_menu', __NAMESPACE__ . '\add_settings_page' );
