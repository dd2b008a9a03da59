/**
 * What to do next: pure functions from the cluster as it is, the request and what was recorded, to one step, a wait, a
 * refusal, or done. Nothing here knows Kubernetes or a socket.
 */
package dev.redismaintenance.plan;
