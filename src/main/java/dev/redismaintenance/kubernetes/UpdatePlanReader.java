package dev.redismaintenance.kubernetes;

import dev.redismaintenance.cluster.UpdatePlan;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSetUpdateStrategy;
import java.util.Optional;

/** Reads from a StatefulSet how it updates its pods; nothing where its controller has not yet said which revision they are to have. */
final class UpdatePlanReader {
    private UpdatePlanReader() {
    }

    static Optional<UpdatePlan> read(StatefulSet set) {
        Optional<StatefulSetSpec> spec = Optional.ofNullable(set.getSpec());
        Optional<StatefulSetUpdateStrategy> strategy = spec.map(StatefulSetSpec::getUpdateStrategy);
        boolean rolling = strategy.map(StatefulSetUpdateStrategy::getType).filter("OnDelete"::equals).isEmpty();
        int partition = strategy.map(StatefulSetUpdateStrategy::getRollingUpdate).map(r -> r.getPartition()).orElse(0);
        return Optional.ofNullable(set.getStatus()).map(s -> s.getUpdateRevision()).filter(r -> !r.isEmpty())
                .map(revision -> new UpdatePlan(revision, rolling, partition));
    }
}
