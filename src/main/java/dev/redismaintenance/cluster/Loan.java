package dev.redismaintenance.cluster;

import java.util.Optional;

/**
 * A spare that was asked to take over replica duty for the time of a maintenance.
 *
 * @param former the primary it replicated before; empty when it was an empty primary
 */
public record Loan(NodeId spare, Optional<NodeId> former) {
}
