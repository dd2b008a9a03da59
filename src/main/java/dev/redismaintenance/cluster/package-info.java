/**
 * What a Redis or Valkey cluster looks like at one moment: nodes, shards, slots, epochs. Pure values; nothing here
 * knows Kubernetes or a socket.
 */
package dev.redismaintenance.cluster;
