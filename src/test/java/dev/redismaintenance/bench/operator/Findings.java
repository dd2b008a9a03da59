package dev.redismaintenance.bench.operator;

import dev.redismaintenance.bench.Bar;
import dev.redismaintenance.bench.operator.PlanCost.Figures;
import dev.redismaintenance.bench.operator.PlanCost.Question;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** Everything that was measured, and the demands on it. */
record Findings(List<Load> loads, Map<Question, Figures> plans) {
    static final int OF_THE_MEMORY_BAR = 100;
    private static final double MEMORY_MIB = 160;
    private static final double START_SECONDS = 2;
    private static final double PLAN_MILLIS = 100;

    /** One way into maintenance and back: what it asked of the API server in its namespace. */
    record Way(String what, double inSeconds, Map<String, Long> in, double backSeconds, Map<String, Long> back) {
    }

    /**
     * One start, in seconds since the process was begun.
     *
     * @param ready       Kubernetes would call the pod ready
     * @param firstLook   the first reconciliation looks at the pods of a resource
     * @param firstAnswer the first status is written
     */
    record Start(double ready, double firstLook, double firstAnswer) {
    }

    /**
     * @param state    in which state they are
     * @param ways     maintenances beside them
     * @param resident MiB, each second of the window
     * @param cpu      percent of one core
     * @param requests of the window
     * @param load     runnable processes of the whole machine in the last minute of it: far above its cores it was not alone, and times mean little
     */
    record Load(int resources, String state, List<Way> ways, List<Start> starts, List<Long> resident, double cpu, long threads, double windowSeconds, Requests requests, double load) {
        double median(ToDoubleFunction<Start> what) {
            double[] sorted = starts.stream().mapToDouble(what).sorted().toArray();
            return sorted[sorted.length / 2];
        }

        long worstResident() {
            return resident.stream().mapToLong(Long::longValue).max().orElseThrow();
        }

        long medianResident() {
            return resident.stream().sorted().toList().get(resident.size() / 2);
        }

        double perMinute(long count) {
            return count * 60 / windowSeconds;
        }
    }

    List<Bar> bars() {
        List<Bar> bars = new ArrayList<>();
        OptionalDouble memory = loads.stream().filter(l -> l.resources() == OF_THE_MEMORY_BAR).mapToDouble(Load::worstResident).max();
        bars.add(new Bar("operator", "memory with " + OF_THE_MEMORY_BAR + " resources, MiB resident at most", memory, MEMORY_MIB, false));
        for (Load load : loads) {
            bars.add(new Bar("operator", "start to first reconciliation with " + load.resources() + " resources, s, median", OptionalDouble.of(load.median(Start::firstLook)), START_SECONDS, false));
        }
        for (Load load : loads) {
            bars.add(new Bar("operator", "writes to the API server, idle with " + load.resources() + " resources", OptionalDouble.of(load.requests().writes().all().size()), 0, false));
        }
        Arrays.stream(Question.values()).filter(q -> q.plan).forEach(q -> {
            OptionalDouble worst = plans.containsKey(q) ? OptionalDouble.of(plans.get(q).worst()) : OptionalDouble.empty();
            OptionalDouble first = plans.containsKey(q) ? OptionalDouble.of(plans.get(q).first()) : OptionalDouble.empty();
            bars.add(new Bar("planner", q.words + ", ms, worst", worst, PLAN_MILLIS, false));
            bars.add(new Bar("planner", q.words + ", ms, first call of the process", first, PLAN_MILLIS, false));
        });
        return bars;
    }
}
