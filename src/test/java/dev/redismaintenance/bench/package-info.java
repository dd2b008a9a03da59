/** {@code make bench}: how fast shards move and what clients feel, beside what else could be done, in one run. */
package dev.redismaintenance.bench;
