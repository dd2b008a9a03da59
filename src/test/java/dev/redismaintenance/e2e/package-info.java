/** {@code make e2e}: the operator in a container on a cluster with kubelets, and Nodes that are drained for real. */
package dev.redismaintenance.e2e;
