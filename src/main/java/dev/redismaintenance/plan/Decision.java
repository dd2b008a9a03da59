package dev.redismaintenance.plan;

import dev.redismaintenance.gate.Verdict;
import java.util.List;

/** What to do next, and why. {@code gates} holds the answers that led to it, where gates were asked. */
public sealed interface Decision {
    Reason reason();

    String message();

    List<Verdict> gates();

    /** One step is to be taken. */
    record Act(Step step, Reason reason, String message, List<Verdict> gates) implements Decision {
    }

    /** Something that is under way has to end first. */
    record Wait(Reason reason, String message, List<Verdict> gates) implements Decision {
    }

    /** A person has to change something; nothing is done until then. */
    record Refuse(Reason reason, String message, List<Verdict> gates) implements Decision {
    }

    /** Nothing is done, since only the plan was asked for; it is there. */
    record Planned(Reason reason, String message, List<Verdict> gates) implements Decision {
    }

    /** What was asked for is reached, as far as this look at the cluster shows. */
    record Done(Reason reason, String message, List<Verdict> gates) implements Decision {
    }
}
