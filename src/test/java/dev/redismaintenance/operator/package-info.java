/** The loop against the in-memory cluster, and the whole operator against a real API server and real servers. */
package dev.redismaintenance.operator;
