package dev.redismaintenance.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One demand and what was measured.
 *
 * @param measured empty where nothing was measured: then it is missed
 * @param least    whether the bound is the least or the most that is allowed
 */
public record Bar(String server, String what, OptionalDouble measured, double bound, boolean least) {
    private static final String OURS = "ours";
    private static final String SPARE = "ours-spare";

    public boolean held() {
        return measured.isPresent() && (least ? measured.getAsDouble() >= bound : measured.getAsDouble() <= bound);
    }

    /** Those that concern the parts that were to be measured. */
    static List<Bar> all(Options options, Results results) {
        List<Bar> bars = new ArrayList<>();
        for (String server : options.servers()) {
            if (options.parts().contains("slots")) {
                slots(options, results, server, bars);
                clean(results, server, OURS, bars);
            }
            if (options.parts().contains("spare")) {
                ratio(options, results, server, Ratio.RESYNC, 0.9, bars);
                clean(results, server, SPARE, bars);
            }
            if (options.parts().contains("handover")) {
                handover(results, server, bars);
            }
        }
        return bars;
    }

    private static void slots(Options options, Results results, String server, List<Bar> bars) {
        if (results.contenders(server).stream().anyMatch(Ratio.BY_HAND::contains)) {
            ratio(options, results, server, Ratio.BEST_ATOMIC, 0.9, bars);
            bars.add(new Bar(server, "worst pause, ms", worst(results, server), 100, false));
        } else {
            ratio(options, results, server, Ratio.CLI_BEST, 1.0, bars);
            ratio(options, results, server, Ratio.CLI_DEFAULT, 1.7, bars);
            for (Direction direction : Direction.values()) {
                OptionalDouble theirs = results.median(server, Ratio.CLI_BEST, direction, Bar::p99);
                bars.add(new Bar(server, "p99 " + direction + ", ms, against cli-best's", results.median(server, OURS, direction, Bar::p99),
                        theirs.orElse(0), false));
            }
        }
    }

    private static void ratio(Options options, Results results, String server, String against, double bound, List<Bar> bars) {
        List<Ratio> ratios = Ratio.all(options, results);
        for (Direction direction : Direction.values()) {
            Optional<Ratio> found = ratios.stream()
                    .filter(r -> r.server().equals(server) && r.against().equals(against) && r.direction() == direction).findFirst();
            OptionalDouble value = found.map(r -> OptionalDouble.of(r.value())).orElse(OptionalDouble.empty());
            bars.add(new Bar(server, "ours/" + against + " " + direction, value, bound, true));
        }
    }

    private static void clean(Results results, String server, String contender, List<Bar> bars) {
        List<Measurement> all = results.moves().stream().filter(m -> m.server().equals(server) && m.contender().equals(contender)).toList();
        bars.add(new Bar(server, contender + ": writes lost", sum(all.stream().mapToLong(m -> m.client().lost()).toArray()), 0, false));
        bars.add(new Bar(server, contender + ": errors", sum(all.stream().mapToLong(m -> m.client().failed()).toArray()), 0, false));
    }

    /** The few connections that the ending server resets after the handover are told, but no bar. */
    private static void handover(Results results, String server, List<Bar> bars) {
        List<Outage> ours = results.outages().stream().filter(o -> o.server().equals(server) && o.way().equals(Outage.OURS)).toList();
        bars.add(new Bar(server, "handover: writes lost", sum(ours.stream().mapToLong(o -> o.client().lost()).toArray()), 0, false));
    }

    private static OptionalDouble sum(long[] values) {
        return values.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(java.util.Arrays.stream(values).sum());
    }

    private static OptionalDouble worst(Results results, String server) {
        return results.moves().stream().filter(m -> m.server().equals(server) && m.contender().equals(OURS))
                .mapToDouble(m -> Text.millis(m.client().felt().worst())).max();
    }

    private static double p99(Measurement m) {
        return Text.millis(m.client().felt().p99());
    }

    @Override
    public String toString() {
        return Text.of("%-6s %s %s: %s (%s %.2f)", held() ? "held" : "MISSED", server, what,
                measured.isPresent() ? Text.of("%.3f", measured.getAsDouble()) : "not measured", least ? "at least" : "at most", bound);
    }
}
