package dev.redismaintenance.operator;

/**
 * What whoever runs the operator has decided for all maintenances.
 *
 * @param overrideGates        whether spec.overrideGates is honoured
 * @param healRestartedClusters whether servers are introduced to each other again that all came back at new addresses
 * @param snapshotsKept        how many snapshots that were made ahead of one pod are kept; 0: all
 */
public record OperatorSettings(boolean overrideGates, boolean healRestartedClusters, int snapshotsKept) {
}
