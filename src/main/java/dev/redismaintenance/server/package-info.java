/**
 * Talking to Redis and Valkey servers: connections, the few commands that maintenance needs, and reading their replies.
 */
package dev.redismaintenance.server;
