package dev.redismaintenance.gate;

/** One safety question. */
@FunctionalInterface
public interface Gate {
    Verdict ask(Question question);
}
