/**
 * The Kubernetes side: pods and their marks, snapshots, Secrets, status, events. One interface, and its implementation with
 * the fabric8 client.
 */
package dev.redismaintenance.kubernetes;
