package dev.redismaintenance.operator;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.plan.Situation;
import dev.redismaintenance.plan.Trouble;
import dev.redismaintenance.plan.WantedSnapshot;
import dev.redismaintenance.server.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One look at everything.
 *
 * @param endpoints where each node that has a pod can be talked to
 * @param others    what the snapshots of other pods recorded: maintenances that are going on beside this one
 * @param guests    slots that those have told to go, with where they come from
 * @param wanted    a snapshot that is to be made ahead
 * @param blocked   why nothing can be decided at all: unusable snapshot or connection settings
 */
record Observation(Situation situation, Map<NodeId, Endpoint> endpoints, List<Placement> others, List<Transfer> guests,
                   Optional<WantedSnapshot> wanted, Optional<Trouble> blocked) {
}
