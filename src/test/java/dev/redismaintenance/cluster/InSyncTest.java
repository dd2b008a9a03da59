package dev.redismaintenance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When is a replica good enough? */
class InSyncTest {
    private static NodeReport report(boolean loading, long keys, Replication replication) {
        return new NodeReport("valkey", "9.1.2", "run", true, 1, keys, loading, replication, new Memory(0, 0, 0), Map.of(), List.of());
    }

    private static NodeReport primary(long offset, long bytesPerSecond) {
        return report(false, 10, new Replication(Role.PRIMARY, true, false, offset, 0, 0, bytesPerSecond, List.of()));
    }

    private static NodeReport replica(boolean linkUp, boolean syncing, long offset) {
        return report(false, 10, new Replication(Role.REPLICA, linkUp, syncing, offset, 0, 0, 0, List.of()));
    }

    @Test
    void a_replica_that_has_everything_lacks_nothing() {
        assertEquals(Optional.empty(), InSync.lacks(replica(true, false, 1000), primary(1000, 0)));
    }

    @Test
    void a_short_lag_is_allowed_and_more_of_it_under_heavy_traffic() {
        assertEquals(Optional.empty(), InSync.lacks(replica(true, false, 1000), primary(1000 + InSync.LAG_BYTES, 0)));
        assertTrue(InSync.lacks(replica(true, false, 1000), primary(1001 + InSync.LAG_BYTES, 0)).orElseThrow().contains("lags by 1048577 bytes, 1048576 are allowed"));
        assertEquals(Optional.empty(), InSync.lacks(replica(true, false, 1000), primary(9 << 20, 100 << 20)));
    }

    @Test
    void what_is_missing_is_named() {
        assertTrue(InSync.lacks(replica(false, false, 1000), primary(1000, 0)).orElseThrow().contains("link is down"));
        assertTrue(InSync.lacks(replica(false, true, 0), primary(1000, 0)).orElseThrow().contains("initial copy"));
        assertTrue(InSync.lacks(replica(true, false, 0), primary(1000, 0)).orElseThrow().contains("received nothing"));
        assertTrue(InSync.lacks(primary(5, 0), primary(1000, 0)).orElseThrow().contains("does not replicate yet"));
        assertTrue(InSync.lacks(report(true, 0, new Replication(Role.REPLICA, true, false, 1, 0, 0, 0, List.of())), primary(1, 0)).orElseThrow().contains("loading"));
    }
}
