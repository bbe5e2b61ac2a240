<?php
/**
 * A placement on a page: the block leitstern/placement, and the shortcode
 * [leitstern placement="home-hero" fields="image,headline,url"]what is shown otherwise[/leitstern].
 *
 * @package Leitstern
 */

namespace Leitstern;

defined( 'ABSPATH' ) || exit;

const ATTRIBUTES = array(
	'placement' => '',
	'fields'    => 'headline',
	'link'      => 'url',
	'image'     => 'image',
);

/**
 * An attribute that leads somewhere; nothing where it would lead nowhere.
 *
 * @param string $name  `href` or `src`.
 * @param string $value The address.
 */
function link_attribute( string $name, string $value ): string {
	$address = esc_url( $value );
	return '' === $address ? '' : sprintf( ' %s="%s"', $name, $address );
}

/**
 * One field as an element. Everything that comes from the hub is text or a link, never markup.
 *
 * @param string               $name       The field's.
 * @param string               $value      Its content.
 * @param array<string,string> $attributes See ATTRIBUTES.
 */
function field_html( string $name, string $value, array $attributes ): string {
	$named = sprintf( 'class="leitstern-%s" data-leitstern-field="%s"', sanitize_html_class( $name ), esc_attr( $name ) );
	if ( $attributes['image'] === $name ) {
		return sprintf( '<img %s%s alt="">', $named, link_attribute( 'src', $value ) );
	}
	return sprintf( '<span %s>%s</span>', $named, esc_html( $value ) );
}

/**
 * Content as HTML: the fields in their order, inside of the link where there is one.
 *
 * @param array<string,string> $content    Field -> value.
 * @param array<string,string> $attributes See ATTRIBUTES.
 */
function content_html( array $content, array $attributes ): string {
	$html = '';
	foreach ( wp_parse_list( $attributes['fields'] ) as $name ) {
		$html .= field_html( $name, (string) ( $content[ $name ] ?? '' ), $attributes );
	}
	$link = $attributes['link'];
	if ( '' === $link ) {
		return $html;
	}
	$leads_to = link_attribute( 'href', (string) ( $content[ $link ] ?? '' ) );
	return sprintf( '<a data-leitstern-field="%s"%s>%s</a>', esc_attr( $link ), $leads_to, $html );
}

/**
 * What the hub decided for this customer. The browser client leaves it alone: it knows less.
 *
 * @param array<string,mixed>  $decision   As the hub gave it.
 * @param array<string,string> $attributes See ATTRIBUTES.
 */
function decided_html( array $decision, array $attributes ): string {
	return sprintf(
		'<div class="leitstern" data-leitstern-decision="%s">%s</div>',
		esc_attr( $decision['decisionId'] ?? '' ),
		content_html( $decision['content'], $attributes )
	);
}

/**
 * What is shown without a decision; for visitors who are not signed in the browser client may fill it.
 *
 * @param string               $inner      The author's own words.
 * @param array<string,string> $attributes See ATTRIBUTES.
 */
function fallback_html( string $inner, array $attributes ): string {
	$known = known_fallback( $attributes['placement'] );
	$html  = null === $known && '' !== trim( $inner ) ? $inner : content_html( $known ?? array(), $attributes );
	return sprintf(
		'<div class="leitstern"%s>%s</div>',
		is_user_logged_in() ? '' : sprintf( ' data-leitstern-placement="%s"', esc_attr( $attributes['placement'] ) ),
		wp_kses_post( $html )
	);
}

/**
 * A placement as HTML.
 *
 * @param mixed  $given As the author has written it.
 * @param string $inner What stands inside.
 */
function render_placement( $given, $inner = '' ): string {
	$attributes = array_map( 'strval', shortcode_atts( ATTRIBUTES, is_array( $given ) ? $given : array(), 'leitstern' ) );
	if ( '' === $attributes['placement'] ) {
		return '';
	}
	$decision = decision_for( $attributes['placement'] );
	$html     = null === $decision ? fallback_html( do_shortcode( (string) $inner ), $attributes ) : decided_html( $decision, $attributes );
	/**
	 * Lets a theme draw a placement in its own way. What it answers must be escaped.
	 *
	 * @param string     $html     As it would be.
	 * @param array|null $decision The hub's answer: offer, variant, content, decisionId; null where there is none.
	 * @param array      $attributes See ATTRIBUTES.
	 */
	return (string) apply_filters( 'leitstern_placement_html', $html, $decision, $attributes );
}

/**
 * Registers block and shortcode.
 */
function register_placement(): void {
	$depends = array( 'wp-blocks', 'wp-element', 'wp-block-editor', 'wp-components', 'wp-i18n' );
	wp_register_script( 'leitstern-block', plugins_url( 'block.js', PLUGIN_FILE ), $depends, '0.1.0', true );
	$attribute = function ( $value ) {
		return array(
			'type'    => 'string',
			'default' => $value,
		);
	};
	register_block_type(
		'leitstern/placement',
		array(
			'editor_script'   => 'leitstern-block',
			'render_callback' => __NAMESPACE__ . '\render_placement',
			'attributes'      => array_map( $attribute, ATTRIBUTES ),
		)
	);
	add_shortcode( 'leitstern', __NAMESPACE__ . '\render_placement' );
}
add_action( 'init', __NAMESPACE__ . '\register_placement' );
