package dev.redismaintenance.bench.operator;

import dev.redismaintenance.bench.Text;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.EnterPlanner;
import dev.redismaintenance.plan.MachineRehearsal;
import dev.redismaintenance.plan.MachineRehearsal.Candidate;
import dev.redismaintenance.plan.Rehearsal;
import dev.redismaintenance.plan.Request;
import dev.redismaintenance.plan.Situation;
import dev.redismaintenance.server.NodesText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * How long does it take to decide, for a cluster of many nodes? Each question has a process of its own, with the Java, the options and
 * the kept classes of the image: its first call is the first in the life of that process.
 */
public final class PlanCost {
    private static final long WARM_UP_NANOS = 1_500_000_000L;
    /** Fewer of what takes long. */
    private static final long LONG_ENOUGH_NANOS = 10_000_000_000L;
    static final int RUNS = 30;

    private PlanCost() {
    }

    /** What can be asked. */
    enum Question {
        ENTER("the next step into maintenance, one node (all gates)", true),
        ENTER_PLAN("dry run of one node, handover: all steps to the end", true),
        SLOTS_PLAN("dry run of one node, its slots move", true),
        STAY("a look while in maintenance", true),
        LEAVE_PLAN("all steps of the way back", true),
        MACHINE_PLAN("the plan of a whole Kubernetes Node with " + BigCluster.ON_A_MACHINE + " of the nodes, in its best order", true),
        VIEW("one view built from the answers of all nodes", false),
        PARSE("the CLUSTER NODES texts of all nodes read", false);

        final String words;
        /** Whether it is the planner's, which has a bar. */
        final boolean plan;

        Question(String words, boolean plan) {
            this.words = words;
            this.plan = plan;
        }
    }

    /**
     * In milliseconds.
     *
     * @param first the first call in the process
     */
    record Figures(double first, double median, double worst, int runs) {
        static Figures of(long first, long[] nanos) {
            long[] sorted = nanos.clone();
            Arrays.sort(sorted);
            return new Figures(first / 1e6, sorted[sorted.length / 2] / 1e6, sorted[sorted.length - 1] / 1e6, sorted.length);
        }

        static Figures parse(String line) {
            String[] words = line.trim().split(" ");
            return new Figures(Double.parseDouble(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2]), Integer.parseInt(words[3]));
        }

        String line() {
            return Text.of("%.3f %.3f %.3f %d", first, median, worst, runs);
        }
    }

    /** @param args the question, the number of nodes */
    public static void main(String[] args) {
        Supplier<?> work = work(Question.valueOf(args[0]), new BigCluster(Integer.parseInt(args[1])));
        long first = time(work);
        for (long warming = System.nanoTime(); System.nanoTime() - warming < WARM_UP_NANOS; ) {
            time(work);
        }
        long begin = System.nanoTime();
        List<Long> nanos = new ArrayList<>();
        do {
            nanos.add(time(work));
        } while (nanos.size() < RUNS && System.nanoTime() - begin < LONG_ENOUGH_NANOS);
        System.out.println(Figures.of(first, nanos.stream().mapToLong(Long::longValue).toArray()).line());
    }

    private static Supplier<?> work(Question question, BigCluster cluster) {
        Candidate asked = cluster.asked();
        Candidate slots = cluster.counted();
        List<Candidate> machine = cluster.machine();
        return switch (question) {
            case ENTER -> () -> EnterPlanner.decide(asked.situation(), asked.request());
            case ENTER_PLAN -> () -> arriving(Rehearsal.of(asked.situation(), asked.request(), true));
            case SLOTS_PLAN -> () -> arriving(Rehearsal.of(slots.situation(), slots.request(), true));
            case STAY -> stay(arriving(Rehearsal.of(asked.situation(), asked.request(), true)).last(), asked.request());
            case LEAVE_PLAN -> leave(arriving(Rehearsal.of(asked.situation(), asked.request(), true)).last(), asked.request());
            case MACHINE_PLAN -> () -> MachineRehearsal.of(machine).parts().stream().map(one -> arriving(one.rehearsal())).toList();
            case VIEW -> cluster::view;
            case PARSE -> parse(cluster.reports());
        };
    }

    private static Supplier<?> stay(Situation in, Request request) {
        return () -> EnterPlanner.decide(in, request);
    }

    private static Supplier<?> leave(Situation in, Request request) {
        return () -> arriving(Rehearsal.of(in, request, false));
    }

    /** What is measured has to be the whole way. */
    private static Rehearsal arriving(Rehearsal rehearsal) {
        if (!(rehearsal.end() instanceof Decision.Done) || rehearsal.steps().isEmpty()) {
            throw new IllegalStateException("it does not get there: " + rehearsal.end());
        }
        return rehearsal;
    }

    private static Supplier<?> parse(List<NodeReport> reports) {
        List<String> texts = reports.stream().map(NodesText::of).toList();
        return () -> NodesText.parse(texts);
    }

    private static long time(Supplier<?> work) {
        long begin = System.nanoTime();
        if (work.get() == null) {
            throw new IllegalStateException("nothing came of it");
        }
        return System.nanoTime() - begin;
    }
}
