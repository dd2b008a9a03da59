package dev.redismaintenance.memory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which pods make up the cluster, and where they run.
 *
 * @param shards   the pods of each shard, its primary first
 * @param spares   pods that are members and hold nothing
 * @param machines the Kubernetes Node of each pod
 * @param zones    the zone of each pod; a pod that is not named has none
 */
public record Topology(List<List<String>> shards, List<String> spares, Map<String, String> machines, Map<String, String> zones) {
    public Topology {
        shards = shards.stream().map(List::copyOf).toList();
        spares = List.copyOf(spares);
        machines = Map.copyOf(machines);
        zones = Map.copyOf(zones);
    }

    /**
     * A StatefulSet's pods, each on a machine of its own: {@code cache-0 …} are the primaries, then the first replica of each
     * shard, then the second, then the spares.
     */
    public static Topology of(int shards, int replicas, int spares) {
        return of(java.util.Collections.nCopies(shards, replicas), spares);
    }

    /** As {@link #of(int, int, int)}, with a number of replicas for each shard. */
    public static Topology of(List<Integer> replicas, int spares) {
        int next = replicas.size();
        List<List<String>> shards = new ArrayList<>();
        for (int i = 0; i < replicas.size(); i++) {
            shards.add(new ArrayList<>(List.of("cache-" + i)));
        }
        for (int round = 0; round < replicas.stream().mapToInt(Integer::intValue).max().orElse(0); round++) {
            for (int i = 0; i < replicas.size(); i++) {
                if (replicas.get(i) > round) {
                    shards.get(i).add("cache-" + next++);
                }
            }
        }
        List<String> empty = new ArrayList<>();
        for (int i = 0; i < spares; i++) {
            empty.add("cache-" + next++);
        }
        Map<String, String> machines = new LinkedHashMap<>();
        for (int i = 0; i < next; i++) {
            machines.put("cache-" + i, "worker-" + i);
        }
        return new Topology(shards, empty, machines, Map.of());
    }

    public Topology onMachine(String machine, String... pods) {
        Map<String, String> moved = new LinkedHashMap<>(machines);
        Stream.of(pods).forEach(pod -> moved.put(pod, machine));
        return new Topology(shards, spares, moved, zones);
    }

    public Topology inZone(String zone, String... pods) {
        Map<String, String> moved = new LinkedHashMap<>(zones);
        Stream.of(pods).forEach(pod -> moved.put(pod, zone));
        return new Topology(shards, spares, machines, moved);
    }

    public List<String> pods() {
        return Stream.concat(shards.stream().flatMap(List::stream), spares.stream()).sorted(Topology::byOrdinal).toList();
    }

    public Optional<String> zone(String pod) {
        return Optional.ofNullable(zones.get(pod));
    }

    private static int byOrdinal(String a, String b) {
        return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
    }
}
