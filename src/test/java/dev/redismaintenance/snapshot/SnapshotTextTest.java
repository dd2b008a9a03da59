package dev.redismaintenance.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Address;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.Position;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Is a snapshot that people write by hand read, or is it said what is wrong with it? */
class SnapshotTextTest {
    private static final NodeId NODE = new NodeId("a".repeat(40));
    private static final Placement PLACEMENT = new Placement(NODE, "cache-1", "uid", "patch", "2026-01-31T08:00:00Z", "kernel patch", "valkey 9.1.2", 6, 100, List.of(),
            Map.of(NODE, new Position(NODE, "cache-1", Optional.of("worker-1"), new Address("10.0.0.1", 6379), Role.PRIMARY, Optional.empty(), SlotRanges.of(0, 5460), 1)),
            Map.of(NODE, Map.of("cluster-replica-no-failover", "no")));

    private static String taken(String at) {
        return SnapshotText.write(PLACEMENT).replace("takenAt: \"2026-01-31T08:00:00Z\"", "takenAt: " + at);
    }

    @Test
    void what_was_written_is_read_again() {
        assertEquals(PLACEMENT, SnapshotText.read(SnapshotText.write(PLACEMENT)));
    }

    @Test
    void a_time_needs_no_quotes_and_may_be_of_any_zone() {
        assertEquals("2026-01-31T08:00:00Z", SnapshotText.read(taken("2026-01-31T08:00:00Z")).takenAt());
        assertEquals("2026-01-31T09:00:00+01:00", SnapshotText.read(taken("2026-01-31T09:00:00+01:00")).takenAt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2026-01-31", "2026-01-31 08:00", "1767225600"})
    void a_time_that_is_none_is_named_with_an_example(String at) {
        assertEquals("the field 'takenAt' is not a time such as 2026-01-31T08:00:00Z: " + at,
                assertThrows(UnreadableSnapshot.class, () -> SnapshotText.read(taken(at))).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "nobody=", "=", "\u0000"})
    void a_note_beside_it_into_which_somebody_has_written_nonsense_is_named(String note) {
        for (String annotation : List.of(SnapshotMap.LOANS, SnapshotMap.TRANSFERS, SnapshotMap.SUCCESSORS)) {
            ConfigMap map = SnapshotMap.of("cache", "one", SnapshotMap.MAINTENANCE, PLACEMENT);
            map.getMetadata().setAnnotations(Map.of(annotation, note));
            Snapshot read = SnapshotMap.read(map);
            assertTrue(read.placement().isEmpty() && read.problem().orElseThrow().contains("note of"), read::toString);
        }
    }
}
