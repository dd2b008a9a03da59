package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.gate.Room;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of slots that have arrived: one event, and one line of the log, for all ranges since the last turn. */
final class MovesTold {
    private static final Logger LOG = LoggerFactory.getLogger(MovesTold.class);

    private final Kubernetes kubernetes;
    private final SlotWorkers workers;

    MovesTold(Kubernetes kubernetes, SlotWorkers workers) {
        this.kubernetes = kubernetes;
        this.workers = workers;
    }

    void tell(NodeMaintenance resource, Instant now) throws KubernetesException {
        List<SlotWorkers.Finished> finished = workers.takeFinished(MaintenanceLoop.pod(resource));
        if (!finished.isEmpty()) {
            String message = finished.stream().map(MovesTold::text).collect(Collectors.joining("; "));
            LOG.info("{}", message);
            kubernetes.event(resource, EventReason.SlotsMoved.event(message, MaintenanceLoop.text(now)));
        }
    }

    private static String text(SlotWorkers.Finished f) {
        long millis = Math.max(1, f.took().toMillis());
        return "slots " + f.transfer().slots() + " from " + f.transfer().from().brief() + " to " + f.transfer().to().brief() + ": " + f.keys() + " keys, "
                + Room.text(f.bytes()) + " in " + millis + " ms, " + Room.text(f.bytes() * 1000 / millis) + "/s";
    }
}
