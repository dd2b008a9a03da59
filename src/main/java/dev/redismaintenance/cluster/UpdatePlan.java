package dev.redismaintenance.cluster;

/**
 * How a StatefulSet updates its pods, by its spec and status.
 *
 * @param revision  the one that pods are to have
 * @param rolling   its controller replaces pods by itself; else (OnDelete) whoever deletes them does
 * @param partition pods with a lower ordinal stay as they are
 */
public record UpdatePlan(String revision, boolean rolling, int partition) {
    boolean concerns(PodFacts pod) {
        String ordinal = pod.name().substring(pod.name().lastIndexOf('-') + 1);
        return rolling && (!ordinal.matches("\\d{1,9}") || Integer.parseInt(ordinal) >= partition);
    }

    boolean outdated(PodFacts pod) {
        return concerns(pod) && pod.revision().filter(r -> !r.hash().equals(revision)).isPresent();
    }
}
