package dev.redismaintenance.plan;

import java.util.Optional;

/**
 * One of the cluster nodes on a Kubernetes Node that goes into maintenance as a whole.
 *
 * @param pod     it runs in
 * @param state   how far its own NodeMaintenance is
 * @param told    that NodeMaintenance says what the request says now
 * @param reason  why it is where it is, as far as this version knows the word
 * @param message the same for a person
 */
public record Part(String pod, State state, boolean told, Optional<Reason> reason, String message) {

    /** How far the NodeMaintenance of one pod is. */
    public enum State {
        /** There is none yet. */
        AHEAD,
        /** It is on its way. */
        ENTERING,
        /** It is a dry run. */
        PLANNED,
        /** It is in maintenance. */
        IN,
        /** A person has to do something, on the way in or out. */
        STALLED,
        /** It is being deleted, and has not come to a stop. */
        ENDING,
        /** It is being deleted, and a person has to do something. */
        ENDING_STALLED,
        /** Somebody has switched it off. */
        OFF;

        public boolean ending() {
            return this == ENDING || this == ENDING_STALLED;
        }
    }

    public static Part ahead(String pod) {
        return new Part(pod, State.AHEAD, true, Optional.empty(), "");
    }

    public boolean begun() {
        return state != State.AHEAD;
    }
}
