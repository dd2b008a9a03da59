package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.plan.Reason;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two primaries of three, asked for at once: is never more than one of them out, whichever comes first? */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoPrimariesIT {
    private Scene scene;
    private Maintenances maintenances;

    @BeforeAll
    void start() {
        scene = new Scene("valkey:9.1").withLedger();
        maintenances = scene.maintenances;
    }

    @AfterAll
    void stop() {
        scene.close();
    }

    @ParameterizedTest
    @CsvSource({"cache-1,cache-2", "cache-2,cache-1", "cache-0,cache-1"})
    void where_both_are_to_hand_over_the_second_waits_until_the_first_is_back(String first, String second) {
        try (OutWatcher watcher = new OutWatcher(scene, List.of(first, second))) {
            maintenances.on("one", first, spec -> spec.setDemoteNode(true));
            maintenances.on("two", second, spec -> spec.setDemoteNode(true));
            // creation times have whole seconds, so either may count as the older
            scene.awaitThat("one of both in maintenance", () -> isReady("one") || isReady("two"));
            String in = isReady("one") ? "one" : "two";
            String out = in.equals("one") ? "two" : "one";
            String podIn = in.equals("one") ? first : second;
            String podOut = in.equals("one") ? second : first;
            maintenances.await(out, "stalled", m -> ConditionList.find(m.getStatus().getConditions(), ConditionType.Stalled).isPresent());
            scene.awaitLooks();
            assertFalse(isReady(out));
            assertFalse(scene.closed(podOut));
            assertTrue(scene.servesSlots(podOut));
            assertEquals(1, maintenances.snapshots().size());

            maintenances.delete(in);
            maintenances.awaitGone(in);
            maintenances.awaitReady(out, Reason.InMaintenance);
            assertTrue(scene.servesSlots(podIn));
            maintenances.delete(out);
            maintenances.awaitGone(out);
            assertEquals(List.of(), watcher.bothOut());
            assertTrue(watcher.sawOut(first) && watcher.sawOut(second), "the watcher has seen nothing");
        }
        scene.assertRestored();
    }

    @Test
    void withdrawn_together_both_are_back() {
        try (OutWatcher watcher = new OutWatcher(scene, List.of("cache-1", "cache-2"))) {
            maintenances.on("one", "cache-1", spec -> spec.setDemoteNode(true));
            maintenances.on("two", "cache-2", spec -> spec.setDemoteNode(true));
            scene.awaitThat("one of both in maintenance", () -> isReady("one") || isReady("two"));
            maintenances.delete("two");
            maintenances.delete("one");
            maintenances.awaitGone("one");
            maintenances.awaitGone("two");
            assertEquals(List.of(), watcher.bothOut());
        }
        scene.assertRestored();
    }

    /** The heir of cache-2 is with cache-0, the replica of cache-1 with cache-2: so cache-1 can only let its slots go. */
    @Test
    void where_slots_may_move_the_second_moves_them_and_no_failure_more_is_said_to_be_survived() {
        maintenances.on("one", "cache-2");
        maintenances.awaitReady("one", Reason.InMaintenance);
        maintenances.on("two", "cache-1");
        NodeMaintenance second = maintenances.awaitReady("two", Reason.InMaintenance);
        assertEquals(0, second.getStatus().getFailureTolerance().getNow());
        assertFalse(scene.servesSlots("cache-1"));
        assertFalse(scene.servesSlots("cache-2"));
        maintenances.delete("one");
        maintenances.delete("two");
        maintenances.awaitGone("one");
        maintenances.awaitGone("two");
        scene.assertRestored();
    }

    private boolean isReady(String name) {
        return maintenances.get(name).map(NodeMaintenance::getStatus).flatMap(s -> ConditionList.find(s.getConditions(), ConditionType.Ready))
                .filter(c -> c.getStatus() == ConditionStatus.True).isPresent();
    }
}
