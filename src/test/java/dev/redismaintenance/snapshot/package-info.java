/** Tests of the text of snapshots. */
package dev.redismaintenance.snapshot;
