package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.InServiceGate;
import dev.redismaintenance.cluster.PodFacts;
import java.util.Optional;

/**
 * What should a pod's readiness gate say?
 *
 * <p>In service, unless the pod carries a mark. A mark that says that the node is being opened keeps it out as well, since its
 * shards are on their way back; the mark goes when they are there. A pod that was made anew has lost its mark: there the
 * maintenance that has begun keeps it out, until the loop has marked it again.
 */
public final class InService {
    private InService() {
    }

    /**
     * What is to be written; empty where nothing is.
     *
     * @param begun a maintenance of this pod has begun and has not restored everything yet
     */
    public static Optional<Boolean> toWrite(PodFacts pod, boolean begun) {
        if (!pod.inService().declared() || pod.terminating()) {
            return Optional.empty();
        }
        boolean wanted = pod.mark().isEmpty() && !begun;
        return pod.inService() == (wanted ? InServiceGate.IN_SERVICE : InServiceGate.OUT_OF_SERVICE) ? Optional.empty() : Optional.of(wanted);
    }
}
