package dev.redismaintenance.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** All that was measured, in order; said aloud as it comes. */
final class Results {
    private final List<Measurement> moves = new ArrayList<>();
    private final List<Outage> outages = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    void add(Measurement m) {
        moves.add(m);
        System.out.println(m);
    }

    void add(Outage outage) {
        outages.add(outage);
        System.out.println(outage);
    }

    void failed(String server, String contender, Exception why) {
        Throwable cause = why;
        while (cause instanceof java.util.concurrent.ExecutionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        failures.add(server + " " + contender + ": " + cause);
        System.out.println("FAILED " + server + " " + contender + ": " + cause);
    }

    List<Measurement> moves() {
        return List.copyOf(moves);
    }

    List<Outage> outages() {
        return List.copyOf(outages);
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    List<String> contenders(String server) {
        return moves.stream().filter(m -> m.server().equals(server)).map(Measurement::contender).distinct().toList();
    }

    List<Measurement> of(String server, String contender, Direction direction) {
        return moves.stream().filter(m -> m.server().equals(server) && m.contender().equals(contender) && m.direction() == direction).toList();
    }

    /** Half the sum of the two in the middle where their number is even; empty where nothing was measured. */
    OptionalDouble median(String server, String contender, Direction direction, ToDoubleFunction<Measurement> value) {
        double[] sorted = of(server, contender, direction).stream().mapToDouble(value).sorted().toArray();
        return sorted.length == 0 ? OptionalDouble.empty() : OptionalDouble.of((sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2);
    }

    OptionalDouble rate(String server, String contender, Direction direction) {
        return median(server, contender, direction, Measurement::megabytesPerSecond);
    }
}
