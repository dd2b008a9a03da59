package dev.redismaintenance.gate;

import java.util.List;
import java.util.Set;

/**
 * Which gates are to be passed over, and who asked for it? What such a gate finds is still found and told.
 *
 * @param by in words, as far as the API server's records tell
 */
public record Overrides(Set<GateName> gates, String by) {
    public static final Overrides NONE = new Overrides(Set.of(), "");

    public Overrides {
        gates = Set.copyOf(gates);
    }

    public List<Verdict> apply(List<Verdict> verdicts) {
        return verdicts.stream().map(this::apply).toList();
    }

    private Verdict apply(Verdict v) {
        return v.isPassed() || !gates.contains(v.gate()) ? v
                : new Verdict(v.gate(), Verdict.Answer.Overridden, "passed over as " + by + " asks; it finds: " + v.message());
    }
}
