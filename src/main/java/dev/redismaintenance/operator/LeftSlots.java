package dev.redismaintenance.operator;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.OpenSlot;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which half-way slots has somebody left lying?
 *
 * <p>Those whose ends hold the same number of keys for {@value #SECONDS} seconds: a tool that moves a slot is done with it in far less,
 * and what it waits for in between changes the numbers. Remembered by this process only; a new one watches anew.
 */
final class LeftSlots {
    private static final int SECONDS = 30;
    private final Map<String, Sighting> sightings = new HashMap<>();

    private record Sighting(List<Long> keys, Instant since) {
    }

    /** Counts a slot's keys on one node. */
    interface Counter {
        long keys(Endpoint server, int slot) throws ServerException;
    }

    synchronized SlotRanges look(String namespace, ClusterView view, SlotRanges ours, Map<NodeId, Endpoint> endpoints,
            Counter counter, Instant now) {
        TreeSet<Integer> left = new TreeSet<>();
        Map<String, Sighting> fresh = new HashMap<>();
        for (OpenSlot open : view.openSlots()) {
            if (ours.contains(open.slot())) {
                continue;
            }
            String key = namespace + "/" + open;
            List<Long> keys = List.of(count(endpoints, open.source(), open.slot(), counter), count(endpoints, open.target(), open.slot(), counter));
            Sighting sighting = Optional.ofNullable(sightings.get(key)).filter(s -> s.keys().equals(keys)).orElse(new Sighting(keys, now));
            fresh.put(key, sighting);
            if (!now.isBefore(sighting.since().plus(Duration.ofSeconds(SECONDS)))) {
                left.add(open.slot());
            }
        }
        sightings.keySet().removeIf(k -> k.startsWith(namespace + "/"));
        sightings.putAll(fresh);
        return SlotRanges.of(left);
    }

    private static long count(Map<NodeId, Endpoint> endpoints, NodeId node, int slot, Counter counter) {
        Endpoint endpoint = endpoints.get(node);
        try {
            return endpoint == null ? -1 : counter.keys(endpoint, slot);
        } catch (ServerException e) {
            // not to be told apart from an end that is gone: nothing comes of it either way
            return -1;
        }
    }
}
