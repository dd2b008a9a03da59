package dev.redismaintenance.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.gate.Verdict.Answer;

/** What a gate has to say: its answer, under its own name, and parts of the sentence. */
final class Says {
    private Says() {
    }

    static void passes(GateName gate, Verdict verdict, String... parts) {
        check(gate, Answer.Passed, verdict, parts);
    }

    static void waits(GateName gate, Verdict verdict, String... parts) {
        check(gate, Answer.Waiting, verdict, parts);
    }

    static void refuses(GateName gate, Verdict verdict, String... parts) {
        check(gate, Answer.Refused, verdict, parts);
    }

    private static void check(GateName gate, Answer answer, Verdict verdict, String... parts) {
        assertEquals(gate, verdict.gate());
        assertEquals(answer, verdict.answer(), verdict.message());
        for (String part : parts) {
            assertTrue(verdict.message().contains(part), "'" + verdict.message() + "' does not say '" + part + "'");
        }
    }
}
