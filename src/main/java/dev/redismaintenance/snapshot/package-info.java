/**
 * What was where, as a ConfigMap that a person can read: to and from the text.
 */
package dev.redismaintenance.snapshot;
