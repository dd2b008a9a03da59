package dev.redismaintenance.gate;

/** A gate's answer, with the sentence that explains it. */
public record Verdict(GateName gate, Answer answer, String message) {

    /** What a gate can say. */
    public enum Answer {
        /** Go on. */
        Passed,
        /** Not now; it passes by itself when something that is under way has ended. */
        Waiting,
        /** No; somebody has to change something. */
        Refused,
        /** It would wait or refuse, and is passed over, as somebody who may do so has asked. */
        Overridden
    }

    public static Verdict passed(GateName gate, String message) {
        return new Verdict(gate, Answer.Passed, message);
    }

    public static Verdict waiting(GateName gate, String message) {
        return new Verdict(gate, Answer.Waiting, message);
    }

    public static Verdict refused(GateName gate, String message) {
        return new Verdict(gate, Answer.Refused, message);
    }

    public boolean isPassed() {
        return answer == Answer.Passed;
    }
}
