<?php
/**
 * Plugin Name:       Leitstern
 * Description:       Shows what a Leitstern hub decides, and tells the hub when a customer changes here.
 * Version:           0.1.0
 * Requires at least: 5.6
 * Requires PHP:      7.4
 * License:           Apache-2.0
 * License URI:       https://www.apache.org/licenses/LICENSE-2.0
 * Text Domain:       leitstern
 *
 * @package Leitstern
 */

namespace Leitstern;

defined( 'ABSPATH' ) || exit;

const PLUGIN_FILE = __FILE__;

foreach ( array( 'settings', 'settings-page', 'fields', 'webhook', 'outbox', 'changes', 'decision', 'placement', 'browser-client' ) as $leitstern_part ) {
	require_once __DIR__ . '/includes/' . $leitstern_part . '.php';
}

register_deactivation_hook( __FILE__, __NAMESPACE__ . '\stop_delivering' );
