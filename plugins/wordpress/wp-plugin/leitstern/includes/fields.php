<?php
/**
 * The user meta that the hub writes: registered, so that the REST API shows it and takes it.
 *
 * @package Leitstern
 */

namespace Leitstern;

defined( 'ABSPATH' ) || exit;

const FIELDS = 'leitstern_fields';

/**
 * The fields that were registered so far.
 *
 * @return list<array{name: string, label: string, type: string, single: bool, format: string}>
 */
function known_fields(): array {
	$stored = get_option( FIELDS, array() );
	return is_array( $stored ) ? array_values( $stored ) : array();
}

/**
 * Whether a meta key may be opened to the REST API: none that WordPress itself keeps rights or sessions in.
 *
 * @param string $name A meta key.
 */
function is_open_name( string $name ): bool {
	global $wpdb;
	return 1 === preg_match( '/^[A-Za-z][A-Za-z0-9_-]{0,63}$/', $name )
		&& 0 !== strpos( $name, $wpdb->base_prefix )
		&& 'session_tokens' !== $name;
}

/**
 * A field as it is kept.
 *
 * @param array<string, mixed> $given As the REST API has checked it.
 * @return array{name: string, label: string, type: string, single: bool, format: string}
 */
function field_from( array $given ): array {
	return array(
		'name'   => $given['name'],
		'label'  => sanitize_text_field( $given['label'] ?? $given['name'] ),
		'type'   => $given['type'],
		'single' => $given['single'],
		'format' => $given['format'] ?? '',
	);
}

/**
 * Registers one field. Only who may edit users may write it.
 *
 * @param array{name: string, label: string, type: string, single: bool, format: string} $field Which.
 */
function register_field( array $field ): void {
	$schema = array( 'title' => $field['label'] );
	if ( '' !== $field['format'] ) {
		$schema['format'] = $field['format'];
	}
	register_meta(
		'user',
		$field['name'],
		array(
			'type'          => $field['type'],
			'single'        => $field['single'],
			'show_in_rest'  => array( 'schema' => $schema ),
			'auth_callback' => function () {
				return current_user_can( 'edit_users' );
			},
		)
	);
}

/**
 * Registers all of them.
 */
function register_fields(): void {
	array_map( __NAMESPACE__ . '\register_field', known_fields() );
}
add_action( 'init', __NAMESPACE__ . '\register_fields' );

/**
 * POST /leitstern/v1/fields: how the hub's setup asks for fields. Those that are known stay as they are.
 *
 * @param \WP_REST_Request $request With `fields`.
 */
function take_fields( \WP_REST_Request $request ): \WP_REST_Response {
	$known = array_column( known_fields(), null, 'name' );
	$added = array_column( array_map( __NAMESPACE__ . '\field_from', $request['fields'] ), null, 'name' );
	update_option( FIELDS, array_values( $known + $added ) );
	return new \WP_REST_Response( array( 'fields' => known_fields() ) );
}

/**
 * Refuses a name that must stay closed, by name.
 *
 * @param mixed            $fields  What was sent.
 * @param \WP_REST_Request $request The request.
 * @param string           $param   The parameter's name.
 * @return true|\WP_Error
 */
function check_fields( $fields, \WP_REST_Request $request, string $param ) {
	$checked = rest_validate_request_arg( $fields, $request, $param );
	if ( true !== $checked ) {
		return $checked;
	}
	foreach ( $fields as $field ) {
		if ( ! is_open_name( $field['name'] ) ) {
			/* translators: %s: a meta key. */
			return new \WP_Error( 'rest_invalid_param', sprintf( __( 'The user field %s cannot be opened.', 'leitstern' ), $field['name'] ) );
		}
	}
	return true;
}

/**
 * The shape of `fields`.
 *
 * @return array<string, mixed>
 */
function fields_schema(): array {
	return array(
		'required'          => true,
		'type'              => 'array',
		'validate_callback' => __NAMESPACE__ . '\check_fields',
		'items'             => array(
			'type'       => 'object',
			'properties' => array(
				'name'   => array(
					'type'     => 'string',
					'required' => true,
				),
				'label'  => array( 'type' => 'string' ),
				'type'   => array(
					'type'     => 'string',
					'enum'     => array( 'string', 'number', 'boolean' ),
					'required' => true,
				),
				'single' => array(
					'type'     => 'boolean',
					'required' => true,
				),
				'format' => array(
					'type' => 'string',
					'enum' => array( 'uri' ),
				),
			),
		),
	);
}

/**
 * The route.
 */
function add_fields_route(): void {
	register_rest_route(
		'leitstern/v1',
		'/fields',
		array(
			'methods'             => 'POST',
			'callback'            => __NAMESPACE__ . '\take_fields',
			'permission_callback' => function () {
				return current_user_can( 'edit_users' );
			},
			'args'                => array( 'fields' => fields_schema() ),
		)
	);
}
add_action( 'rest_api_init', __NAMESPACE__ . '\add_fields_route' );
