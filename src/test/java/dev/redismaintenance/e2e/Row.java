package dev.redismaintenance.e2e;

import java.time.Duration;
import java.util.Optional;

/**
 * What came of a trial?
 *
 * @param server  as it names itself
 * @param ready   from {@code kubectl apply} of the NodeMaintenance to {@code Ready=True}
 * @param drain   how long {@code kubectl drain} took
 * @param back    from {@code kubectl delete} of the NodeMaintenance until it is gone
 * @param evicted pods of the cluster that the drain evicted
 */
record Row(Trial trial, String server, Optional<Duration> ready, Duration drain, Optional<Duration> back, int evicted, Told client, boolean restored) {

    /** Without us nothing is promised but what is counted. */
    boolean good() {
        return trial.way() == Way.PLAIN_DRAIN || client.lost() == 0 && client.stale() == 0 && restored;
    }
}
