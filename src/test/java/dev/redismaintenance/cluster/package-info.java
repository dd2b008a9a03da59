/** Tests of the view of a cluster: slots, who sees whom, and what would be after a step. */
package dev.redismaintenance.cluster;
