/**
 * The loop: observe, decide, act one step, report; with the reconciler that the Kubernetes events call, and the wiring.
 * Read {@link dev.redismaintenance.operator.MaintenanceLoop} first.
 */
package dev.redismaintenance.operator;
