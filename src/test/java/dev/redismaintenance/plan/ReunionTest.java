package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.Replication;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.memory.Call;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.Maintenance;
import dev.redismaintenance.memory.Ready;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All servers of a cluster come back at new addresses: who is introduced to whom, and who never is? */
class ReunionTest {
    private static final Topology SMALL = Topology.of(3, 1, 0);

    private static List<String> meetings(Story story) {
        return story.steps().stream().filter(s -> s.contains(" meets ")).toList();
    }

    @Test
    void without_help_they_never_find_each_other_again() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.pods().cutPower();
        story.tick(200);
        assertTrue(story.simulation().view().all().stream().allMatch(m -> m.report().filter(r -> r.stateOk()).isEmpty()));
    }

    @Test
    void as_long_as_one_is_where_it_was_they_find_each_other_by_themselves() {
        Story story = Story.of(SMALL, "cache-0").enters();
        for (String pod : List.of("cache-1", "cache-2", "cache-3", "cache-4", "cache-5")) {
            story.pods().delete(pod);
        }
        for (String pod : List.of("cache-1", "cache-2", "cache-3", "cache-4", "cache-5")) {
            story.pods().recreate(pod);
        }
        story.tick(30);
        assertTrue(story.simulation().view().all().stream().allMatch(m -> m.report().filter(r -> r.stateOk()).isPresent()));
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void in_maintenance_they_are_brought_together_and_everything_comes_back(Flavour flavour) {
        Story story = Story.of(SMALL, flavour, Timing.SLOW, "cache-0").enters();
        story.pods().cutPower();
        story.enters().leaves().isAsBefore();
    }

    @ParameterizedTest
    @EnumSource(Flavour.class)
    void on_the_way_out_as_well(Flavour flavour) {
        Story story = Story.of(Topology.of(3, 1, 1), flavour, Timing.SLOW, "cache-0").enters().off().stopsBefore(Step.Handover.class);
        story.pods().cutPower();
        story.leaves().isAsBefore();
    }

    @Test
    void the_primaries_first_and_the_replicas_when_no_primary_is_held_for_failed() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.pods().cutPower();
        story.enters();
        List<String> met = meetings(story).stream().map(s -> s.substring(s.lastIndexOf(' ') + 1)).distinct().toList();
        List<String> voters = List.of("cache-1", "cache-2", "cache-3");
        List<String> first = met.subList(0, 2);
        assertTrue(voters.containsAll(first), "" + met);
        assertEquals(0, story.cluster().excused(), "nobody was elected");
    }

    @Test
    void one_that_took_over_just_before_is_met_before_the_one_whose_place_it_took() {
        Topology topology = Topology.of(4, 1, 0);
        for (String lost : List.of("cache-1", "cache-2", "cache-3")) {
            Story story = Story.of(topology, "cache-0").enters();
            story.simulation().foreignHands();
            String heir = "cache-" + (Integer.parseInt(lost.substring(6)) + 4);
            story.cluster().kill(lost);
            // nobody hears of it any more
            topology.pods().forEach(pod -> story.cluster().deafen(pod, true));
            story.tick(8);
            assertEquals(Role.PRIMARY, story.cluster().role(heir));
            story.pods().cutPower();
            topology.pods().forEach(pod -> story.cluster().deafen(pod, false));
            story.enters().leaves();
            assertEquals(Role.PRIMARY, story.cluster().role(heir));
        }
    }

    @Test
    void a_replica_that_still_asks_for_its_primary_where_that_was_is_told_again_whose_it_is() {
        Story story = Story.of(SMALL, "cache-0").enters();
        Situation s = story.simulation().situation(story.maintenance());
        Member replica = s.view().ofPod("cache-4").orElseThrow();
        Member primary = s.view().member(replica.primary().orElseThrow()).orElseThrow();
        assertEquals(new Step.Replicate(replica.id(), primary.id()), ((Decision.Act) Reunion.next(asking(s, replica, "10.9.9.9")).orElseThrow()).step());
        // it is only not there yet
        assertEquals(Optional.empty(), Reunion.next(asking(s, replica, primary.address().host())));
    }

    private static Situation asking(Situation s, Member replica, String host) {
        ClusterView view = s.view().withReport(replica.id(), r -> new NodeReport(r.flavour(), r.version(), r.runId(), r.stateOk(), r.currentEpoch(), r.keys(), r.loading(),
                new Replication(Role.REPLICA, false, false, 1, 0, 0, 0, List.of(), Optional.of(host)), r.memory(), r.settings(), r.rows(), r.way(), r.jobs()));
        return new Situation(view, s.pod(), s.node(), s.trouble(), s.recorded(), s.denied(), s.peers(), s.lent(), s.slotsDenied(), s.slots(), s.guests(), s.overrides(), s.rollouts());
    }

    @Test
    void nobody_is_met_before_every_primary_answers() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.pods().cutPower();
        story.cluster().kill("cache-1");
        story.waits(Reason.Scattered, "nobody is met before all primaries answer", "cache-1 does not");
        assertEquals(List.of(), meetings(story));
        story.cluster().restart("cache-1");
        story.enters().leaves().isAsBefore();
    }

    @Test
    void whose_id_was_not_recorded_is_never_met() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.pods().cutPower();
        story.cluster().loseDisk("cache-5");
        for (int i = 0; i < 60; i++) {
            story.simulation().step(story.maintenance());
        }
        assertFalse(meetings(story).isEmpty());
        String stranger = story.cluster().ip("cache-5");
        assertTrue(story.cluster().calls().stream().filter(c -> c.what().equals("meet")).map(Call::arguments).noneMatch(a -> a.contains(stranger)));
    }

    @Test
    void a_maintenance_that_has_not_begun_introduces_nobody() {
        Story story = Story.of(SMALL, "cache-0");
        story.pods().cutPower();
        story.isRefused(Reason.GateRefused);
        assertEquals(List.of(), meetings(story));
    }

    @Test
    void whoever_restores_nothing_introduces_nobody() {
        Story story = Story.of(SMALL, "cache-0").enters();
        story.pods().cutPower();
        story.maintenance().skipShardsRestore().off();
        for (int i = 0; i < 30; i++) {
            story.simulation().step(story.maintenance());
        }
        assertEquals(List.of(), meetings(story));
    }

    @Test
    void whenever_the_power_is_cut_it_ends_where_it_began() {
        PlannersPropertyTest.forAll(250, world -> {
            var simulation = world.simulation();
            String before = world.cluster().placement();
            int migrations = world.cluster().migrations();
            Maintenance m = world.anyMaintenance("m");
            if (!(simulation.run(m) instanceof Decision.Done)) {
                return;
            }
            world.tell("power cut");
            simulation.pods().cutPower();
            if (world.oneIn(2)) {
                assertTrue(simulation.run(m) instanceof Decision.Done, () -> "in maintenance again: " + m.last());
                Ready.check(simulation.cluster(), simulation.pods(), m.pod());
            }
            m.off();
            Decision left = simulation.run(m);
            if (!(left instanceof Decision.Done)) {
                world.heal();
                left = simulation.run(m);
            }
            Decision last = left;
            assertTrue(last instanceof Decision.Done, () -> "leaving reaches its end: " + last);
            world.cluster().tick(8);
            assertTrue(simulation.snapshots().isEmpty() && simulation.pods().marks().isEmpty());
            if (world.cluster().migrations() == migrations && !m.request().skipShardsRestore()) {
                assertEquals(before, world.cluster().placement());
            }
        });
    }
}
