/**
 * The ground that integration tests and the demo stand on: a Kubernetes API server (a real one, or one inside this
 * JVM), a kubelet that runs pods as real Redis and Valkey servers on loopback addresses, clusters made of such pods,
 * and traffic that knows which writes were acknowledged. Nothing here knows the operator.
 */
package dev.redismaintenance.ground;
