package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.memory.Maintenance;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Topology;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a dry run foresees is what is done. */
class RehearsalTest {
    @Test
    void what_is_foreseen_is_what_is_done_on_any_cluster_that_nobody_else_changes() {
        AtomicInteger cases = new AtomicInteger();
        AtomicInteger reached = new AtomicInteger();
        PlannersPropertyTest.forAll(1200, world -> {
            cases.incrementAndGet();
            if (foreseesAll(world)) {
                reached.incrementAndGet();
            }
        });
        assertTrue(cases.get() == 1 || reached.get() > cases.get() / 4, () -> "too few of the cases come to anything: " + reached + " of " + cases);
    }

    @Test
    void a_node_that_came_back_on_another_address_is_met_in_thought_too() {
        Story story = Story.of(Topology.of(3, 1, 0), "cache-4");
        story.pods().delete("cache-4");
        story.tick(3);
        story.pods().recreate("cache-4");
        story.tick(20);
        Rehearsal rehearsal = Rehearsal.of(story.simulation().situation(story.maintenance()), story.maintenance().request(), true);
        assertTrue(rehearsal.steps().stream().anyMatch(f -> f.step() instanceof Step.Meet), rehearsal::toString);
        assertTrue(rehearsal.end() instanceof Decision.Done, rehearsal::toString);
    }

    private static boolean foreseesAll(RandomWorld world) {
        Simulation simulation = world.simulation();
        world.cluster().tick(40);
        if (world.oneIn(3)) {
            simulation.pods().declareGates();
        }
        Maintenance m = world.anyMaintenance("m");
        int migrations = world.cluster().migrations();
        boolean entered = foresees(world, m);
        if (entered && world.cluster().migrations() == migrations) {
            m.off();
            world.cluster().tick(20);
            foresees(world, m);
        }
        return entered;
    }

    /** Whether it was foreseen to reach what it asks for, and did. */
    private static boolean foresees(RandomWorld world, Maintenance m) {
        Simulation simulation = world.simulation();
        int changes = world.cluster().changes().size();
        Rehearsal rehearsal = rehearse(simulation, m);
        assertEquals(changes, world.cluster().changes().size(), "a rehearsal has changed something");
        int before = m.decisions().size();
        int migrations = world.cluster().migrations();
        Decision end = simulation.run(m);
        world.tell("foreseen: " + rehearsal + "\nend: " + end);
        if (world.cluster().migrations() != migrations) {
            return false;
        }
        List<String> foreseen = rehearsal.steps().stream().map(Rehearsal.Foreseen::step).filter(RehearsalTest::certain).map(RehearsalTest::text).toList();
        List<String> done = m.decisions().stream().skip(before).filter(d -> d instanceof Decision.Act).map(d -> ((Decision.Act) d).step())
                .filter(RehearsalTest::certain).map(RehearsalTest::text).toList();
        if (rehearsal.end() instanceof Decision.Wait || end instanceof Decision.Wait) {
            // what it waits for is not foreseen, so the other goes on or stops there
            int both = Math.min(done.size(), foreseen.size());
            assertEquals(foreseen.subList(0, both), done.subList(0, both));
            return false;
        }
        assertEquals(foreseen, done);
        assertEquals(rehearsal.end().getClass(), end.getClass(), () -> rehearsal.end() + " but " + end);
        assertEquals(rehearsal.end().reason(), end.reason());
        return end instanceof Decision.Done;
    }

    /** Counting only reads, and is done in truth. */
    private static Rehearsal rehearse(Simulation simulation, Maintenance m) {
        Rehearsal rehearsal = Rehearsal.of(simulation.situation(m), m.request(), m.wants());
        if (rehearsal.end() instanceof Decision.Act && rehearsal.steps().isEmpty()) {
            simulation.step(m);
            return Rehearsal.of(simulation.situation(m), m.request(), m.wants());
        }
        return rehearsal;
    }

    /** Counting is done before; and the others of a Valkey 8 meet a node that was reset by themselves, now and then before we do. */
    private static boolean certain(Step step) {
        return !(step instanceof Step.CountSlots || step instanceof Step.Meet);
    }

    /** The snapshot's name is not known beforehand. */
    private static String text(Step step) {
        return step instanceof Step.WriteMark w ? "WriteMark open=" + w.mark().open() : step instanceof Step.DeleteSnapshot ? "DeleteSnapshot" : step.toString();
    }
}
