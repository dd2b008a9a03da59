package dev.redismaintenance.api;

/** What a gate said. */
public enum GateAnswer {
    /** The check holds: as far as this gate is concerned the next step may be taken. */
    Passed,
    /** The check fails and will not heal by waiting: nothing is touched until somebody acts on the message. */
    Refused,
    /** The check fails at the moment and passes by itself when something that is under way has ended: it is asked again. */
    Waiting,
    /** The check fails, and the step is taken all the same: spec.overrideGates names the gate. The message says what it found and who asked. */
    Overridden,
    /** The check was not asked, because an earlier finding already decided or because the next step does not need it. */
    NotEvaluated
}
