package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.Setting;
import java.util.List;
import java.util.Optional;

/**
 * Would this node leave the shard that it is being made a replica of?
 *
 * <p>A shard with two working replicas gives one to any primary of the cluster that has lost its own; while duty moves from one
 * node to another a shard has one more than usual. Without the pin the servers and maintenance would move the node in turns.
 */
final class Pin {
    private Pin() {
    }

    /** The step that pins it, where it is not and where what to put back later was recorded. */
    static Optional<Decision> pin(Member node, Optional<Recorded> recorded) {
        String name = Setting.ALLOW_REPLICA_MIGRATION;
        return node.report().flatMap(r -> r.setting(name)).filter(actual -> !actual.equals(Setting.given(name)))
                .filter(actual -> recorded.flatMap(r -> r.placement().setting(node.id(), name)).isPresent())
                .map(actual -> new Decision.Act(new Step.SetSetting(node.id(), name, Setting.given(name)), Reason.MovingReplicaDuty,
                        "setting " + name + " " + Setting.given(name) + " on " + node.name() + ", so that it stays in the shard it is moved to", List.of()));
    }
}
