package dev.redismaintenance.gate;

import java.util.List;

/** All gates, in the order in which their answers are told. */
public final class Gates {
    private static final List<Gate> ALL = List.of(new ClusterHealthy(), new QuorumSafe(), new RedundancyKept(),
            new CapacityAvailable(), new CommandsPermitted(), new NoOtherOperation());

    private Gates() {
    }

    public static List<Verdict> ask(Question question) {
        return ALL.stream().map(gate -> gate.ask(question)).toList();
    }
}
