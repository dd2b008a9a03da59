package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.InMemoryCluster;
import dev.redismaintenance.memory.Maintenance;
import dev.redismaintenance.memory.Pods;
import dev.redismaintenance.memory.Ready;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import java.util.List;

/** One cluster and one maintenance, told in the words of a test. */
final class Story {
    private final Simulation simulation;
    private final Maintenance maintenance;
    private final String before;

    private Story(Simulation simulation, String pod) {
        this.simulation = simulation;
        cluster().tick(5);
        this.before = cluster().placement();
        this.maintenance = simulation.ask("patch", pod);
    }

    static Story of(Topology topology, String pod) {
        return new Story(new Simulation(topology), pod);
    }

    static Story of(Topology topology, Flavour flavour, Timing timing, String pod) {
        return new Story(new Simulation(topology, new InMemoryCluster(topology, flavour, timing)), pod);
    }

    Simulation simulation() {
        return simulation;
    }

    InMemoryCluster cluster() {
        return simulation.cluster();
    }

    Pods pods() {
        return simulation.pods();
    }

    Maintenance maintenance() {
        return maintenance;
    }

    Story tick(int times) {
        cluster().tick(times);
        return this;
    }

    /** Runs until it is in maintenance. */
    Story enters() {
        ends(Reason.InMaintenance);
        Ready.check(simulation.cluster(), simulation.pods(), maintenance.pod(), simulation.machineOf(maintenance));
        return this;
    }

    /** {@code mode: Off}, until it is out. */
    Story leaves() {
        maintenance.off();
        ends(Reason.NotInMaintenance);
        assertTrue(pods().marks().isEmpty(), "the mark is gone");
        assertTrue(simulation.snapshots().isEmpty(), "the snapshot is gone");
        tick(5);
        return this;
    }

    Story off() {
        maintenance.off();
        return this;
    }

    Story ends(Reason reason) {
        Decision last = simulation.run(maintenance);
        assertTrue(last instanceof Decision.Done && last.reason() == reason, "it does not end with " + reason + ": " + last + "\n" + steps());
        return this;
    }

    /** Is refused, in words that hold these. */
    Story isRefused(Reason reason, String... parts) {
        return says(Decision.Refuse.class, reason, parts);
    }

    Story waits(Reason reason, String... parts) {
        return says(Decision.Wait.class, reason, parts);
    }

    private Story says(Class<? extends Decision> kind, Reason reason, String... parts) {
        Decision last = simulation.run(maintenance);
        assertTrue(kind.isInstance(last) && last.reason() == reason, "expected " + kind.getSimpleName() + " " + reason + ": " + last + "\n" + steps());
        for (String part : parts) {
            assertTrue(last.message().contains(part), "'" + last.message() + "' does not say '" + part + "'");
        }
        return this;
    }

    /** Steps on until the next one would be of this kind. */
    Story stopsBefore(Class<? extends Step> kind) {
        for (int i = 0; i < 200; i++) {
            if (simulation.decide(maintenance) instanceof Decision.Act act && kind.isInstance(act.step())) {
                return this;
            }
            simulation.step(maintenance);
        }
        throw new AssertionError("no " + kind.getSimpleName() + " comes: " + steps());
    }

    /** Nothing but looking has been done: slots may have been counted. */
    Story changedNothing() {
        assertEquals(List.of(), cluster().changes());
        assertEquals(before, cluster().placement());
        assertTrue(pods().marks().isEmpty() && simulation.snapshots().isEmpty());
        return this;
    }

    Story nothingChanged() {
        assertEquals(List.of(), steps());
        assertEquals(List.of(), cluster().changes());
        assertEquals(before, cluster().placement());
        assertTrue(pods().marks().isEmpty() && simulation.snapshots().isEmpty());
        return this;
    }

    Story isAsBefore() {
        assertEquals(before, cluster().placement());
        return this;
    }

    Story didExactly(String... steps) {
        assertEquals(List.of(steps), steps());
        return this;
    }

    /** The steps of this maintenance so far, readable. */
    List<String> steps() {
        return maintenance.decisions().stream().filter(d -> d instanceof Decision.Act).map(d -> text(((Decision.Act) d).step())).toList();
    }

    private String text(Step step) {
        if (step instanceof Step.TakeSnapshot s) {
            return "take snapshot" + s.replace().map(r -> " instead of " + r).orElse("");
        } else if (step instanceof Step.WriteMark s) {
            return s.mark().open() ? "open" : "close";
        } else if (step instanceof Step.SetSetting s) {
            return name(s.node()) + " " + s.name() + " " + s.value();
        } else if (step instanceof Step.Handover s) {
            return name(s.from()) + " hands over to " + name(s.to());
        } else if (step instanceof Step.RecordLoan s) {
            return "lend " + name(s.loan().spare());
        } else if (step instanceof Step.Replicate s) {
            return name(s.node()) + " replicates " + name(s.primary());
        } else if (step instanceof Step.LetGo s) {
            return name(s.node()) + " lets go";
        } else if (step instanceof Step.Meet s) {
            return name(s.via()) + " meets " + name(s.node());
        } else if (step instanceof Step.CountSlots s) {
            return "count " + s.slots().keySet().stream().map(this::name).sorted().collect(java.util.stream.Collectors.joining(" "));
        } else if (step instanceof Step.RecordTransfers) {
            return "note transfers";
        } else if (step instanceof Step.MoveSlots s) {
            return "move " + s.transfers().stream().map(t -> t.slots() + " from " + name(t.from()) + " to " + name(t.to()))
                    .collect(java.util.stream.Collectors.joining(", "));
        } else if (step instanceof Step.Adopt s) {
            return "adopt " + s.transfers().stream().map(t -> t.slots() + " by " + name(t.to()) + " or " + name(t.from()))
                    .collect(java.util.stream.Collectors.joining(", "));
        } else if (step instanceof Step.StopSlots) {
            return "stop slots";
        } else if (step instanceof Step.RecordSuccessor s) {
            return "note successor " + name(s.successor());
        } else if (step instanceof Step.Forget s) {
            return "forget on " + s.by().stream().map(this::name).sorted().collect(java.util.stream.Collectors.joining(" "));
        } else if (step instanceof Step.RemoveMark) {
            return "remove mark";
        } else if (step instanceof Step.DeleteSnapshot) {
            return "delete snapshot";
        }
        throw new IllegalStateException("unknown: " + step);
    }

    private String name(NodeId id) {
        return pods().all().stream().map(p -> p.name()).filter(p -> cluster().id(p).equals(id)).findFirst().orElse(id.brief());
    }
}
