package dev.redismaintenance.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Our rate divided by another's, in the same run. A copy, which has one direction only, is compared with the spare that takes over;
 * all else with the slot move.
 */
record Ratio(String server, String against, Direction direction, double value) {
    static final String BEST_ATOMIC = "best-atomic";
    static final String RESYNC = "resync";
    static final String CLI_BEST = "cli-best";
    static final String CLI_SET = "cli-set";
    static final String CLI_DEFAULT = "cli-default";
    static final List<String> BY_HAND = List.of("atomic-together", "atomic-in-turn", "atomic-set");

    static List<Ratio> all(Options options, Results results) {
        List<Ratio> all = new ArrayList<>();
        for (String server : options.servers()) {
            for (Direction direction : Direction.values()) {
                List.of(BEST_ATOMIC, CLI_SET, CLI_BEST, CLI_DEFAULT, RESYNC).forEach(against -> of(results, server, against, direction).ifPresent(all::add));
            }
        }
        return all;
    }

    private static Optional<Ratio> of(Results results, String server, String against, Direction direction) {
        OptionalDouble ours = results.rate(server, against.equals(RESYNC) ? "ours-spare" : "ours", direction);
        Direction theirs = against.equals(RESYNC) ? Direction.OUT : direction;
        Optional<Double> other = contender(results, server, against, theirs).map(name -> results.rate(server, name, theirs).orElseThrow());
        return ours.isEmpty() || other.isEmpty() ? Optional.empty()
                : Optional.of(new Ratio(server, against, direction, ours.getAsDouble() / other.get()));
    }

    /** Which contender stands for it; the best atomic one is the faster by the median. */
    private static Optional<String> contender(Results results, String server, String against, Direction direction) {
        List<String> candidates = against.equals(BEST_ATOMIC) ? BY_HAND : List.of(against);
        return candidates.stream().filter(name -> results.rate(server, name, direction).isPresent())
                .max(Comparator.comparing(name -> results.rate(server, name, direction).orElseThrow()));
    }

    @Override
    public String toString() {
        return Text.of("ratio: %s ours/%s %s %.2f", server, against, direction, value);
    }
}
