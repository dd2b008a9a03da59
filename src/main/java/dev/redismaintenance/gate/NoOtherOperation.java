package dev.redismaintenance.gate;

import static dev.redismaintenance.gate.GateName.NoOtherOperation;

import java.util.stream.Collectors;

/**
 * Is no other maintenance at work in this cluster? Two failovers at a time were measured to fail.
 *
 * <p>Who has begun goes before who has not, and among equals the older resource goes first. So there is always one that
 * waits for nobody.
 */
final class NoOtherOperation implements Gate {
    @Override
    public Verdict ask(Question question) {
        String busy = question.peers().stream().filter(peer -> goesFirst(peer, question.begun()))
                .map(p -> "NodeMaintenance " + p.name() + " (pod " + p.podName() + ")").collect(Collectors.joining(", "));
        return busy.isEmpty() ? Verdict.passed(NoOtherOperation, "no other maintenance is at work in this cluster")
                : Verdict.waiting(NoOtherOperation, "waits for " + busy + " to settle");
    }

    private static boolean goesFirst(Peer peer, boolean begun) {
        if (peer.settled()) {
            return false;
        }
        return peer.begun() ? !begun || peer.earlier() : !begun && peer.earlier() && peer.wants();
    }
}
