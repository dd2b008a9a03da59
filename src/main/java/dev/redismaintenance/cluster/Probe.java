package dev.redismaintenance.cluster;

import java.util.Optional;

/**
 * One pod that was asked, and what came of it: a report, or the reason why there is none.
 *
 * @param problem why the server did not answer, in words for a person; empty when there is a report
 */
public record Probe(PodFacts pod, Optional<NodeReport> report, Optional<String> problem) {

    public static Probe answered(PodFacts pod, NodeReport report) {
        return new Probe(pod, Optional.of(report), Optional.empty());
    }

    public static Probe silent(PodFacts pod, String problem) {
        return new Probe(pod, Optional.empty(), Optional.of(problem));
    }
}
