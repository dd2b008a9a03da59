package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.memory.Faults;
import dev.redismaintenance.memory.Flavour;
import dev.redismaintenance.memory.InMemoryCluster;
import dev.redismaintenance.memory.Maintenance;
import dev.redismaintenance.memory.Simulation;
import dev.redismaintenance.memory.Timing;
import dev.redismaintenance.memory.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A cluster of any form on any machines, some of its nodes unavailable; the same for the same seed. */
final class RandomWorld {
    private final Random random;
    private final Topology topology;
    private final Simulation simulation;
    private final Faults faults;
    private final StringBuilder story = new StringBuilder();

    RandomWorld(long seed) {
        random = new Random(seed);
        topology = topology();
        Flavour flavour = Flavour.values()[random.nextInt(4)];
        Timing timing = random.nextBoolean() ? Timing.PROMPT
                : new Timing(random.nextInt(4), 1 + random.nextInt(2), 1 + random.nextInt(4), 5, 12);
        simulation = new Simulation(topology, new InMemoryCluster(topology, flavour, timing));
        faults = new Faults(random, simulation.cluster(), simulation.pods(), this::tell, () -> simulation.snapshots().keySet().stream().findFirst().ifPresent(pod -> {
            tell("somebody deletes the snapshot of " + pod);
            simulation.personDeletesSnapshot(pod);
        }));
        tell(flavour + " " + timing + " " + topology);
        configure();
        impair();
    }

    Random random() {
        return random;
    }

    Simulation simulation() {
        return simulation;
    }

    InMemoryCluster cluster() {
        return simulation.cluster();
    }

    Topology topology() {
        return topology == null ? generate() : topology;
    }

    void tell(String what) {
        story.append(what).append('\n');
    }

    String story() {
        return story.toString();
    }

    String anyPod() {
        return any(topology.pods());
    }

    <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    private Topology generate() {
        int shards = oneIn(60) && oneIn(3) ? 13 + random.nextInt(38) : oneIn(12) ? 1 + random.nextInt(12) : 1 + random.nextInt(5);
        boolean regular = oneIn(2);
        int replicas = 1 + random.nextInt(2);
        List<Integer> each = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            each.add(regular ? replicas : random.nextInt(4));
        }
        Topology plain = Topology.of(each, random.nextInt(4));
        Map<String, String> machines = new LinkedHashMap<>(plain.machines());
        if (oneIn(2)) {
            int count = 2 + random.nextInt(plain.pods().size() + 1);
            plain.pods().forEach(pod -> machines.put(pod, "worker-" + random.nextInt(count)));
        }
        Map<String, String> zones = new LinkedHashMap<>();
        int zoneCount = 1 + random.nextInt(3);
        plain.pods().forEach(pod -> {
            if (zoneCount > 1) {
                zones.put(pod, "zone-" + random.nextInt(zoneCount));
            }
        });
        return new Topology(plain.shards(), plain.spares(), machines, zones);
    }

    private void configure() {
        // a primary that has fewer replicas than it demands could not be written to before either
        if (oneIn(6) && topology.shards().stream().allMatch(shard -> shard.size() > 1)) {
            topology.pods().forEach(pod -> cluster().configure(pod, Setting.MIN_REPLICAS_TO_WRITE, "1"));
            tell("min-replicas-to-write 1");
        }
        if (oneIn(3)) {
            topology.pods().forEach(pod -> cluster().configure(pod, Setting.ALLOW_REPLICA_MIGRATION, "no"));
            tell("no replica migration");
        }
        cluster().tick(5);
    }

    private void impair() {
        for (int i = random.nextInt(3); i > 0; i--) {
            String pod = anyPod();
            switch (random.nextInt(6)) {
                case 0 -> {
                    if (cluster().role(pod) == Role.REPLICA) {
                        tell("killed from the start: " + pod);
                        cluster().kill(pod);
                    }
                }
                case 1 -> {
                    tell("cordoned: " + topology.machines().get(pod));
                    simulation.pods().cordon(topology.machines().get(pod));
                }
                case 2 -> {
                    tell("not ready: " + pod);
                    simulation.pods().notReady(pod);
                }
                case 3 -> {
                    tell("lags: " + pod);
                    cluster().lag(pod, 5 << 20);
                }
                case 4 -> {
                    tell("small: " + pod);
                    cluster().memory(pod, 64 << 20, 80 << 20);
                }
                default -> {
                }
            }
        }
        cluster().tick(random.nextInt(12));
    }

    /** Something that an operator cannot prevent. */
    void fault() {
        faults.happen();
    }

    /** All pods run again and all streams flow. */
    void repair() {
        faults.repair();
    }

    /** The settings of all servers, by pod. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        topology.pods().forEach(pod -> Setting.READ.forEach(name -> settings.put(pod + " " + name, cluster().setting(pod, name))));
        return settings;
    }

    /** The two are of different shards, and neither was lent for the other's sake. */
    boolean independent(String a, String b) {
        boolean lent = simulation.history().stream().anyMatch(d -> d instanceof Decision.Act act && act.step() instanceof Step.RecordLoan record
                && (record.loan().spare().equals(cluster().id(a)) || record.loan().spare().equals(cluster().id(b))));
        return a.equals(b) || !lent && topology.shards().stream().noneMatch(s -> s.contains(a) && s.contains(b));
    }

    /** Every stream flows without lag. */
    void heal() {
        topology.pods().forEach(pod -> {
            cluster().lag(pod, 0);
            cluster().cutLink(pod, false);
        });
    }

    /** A maintenance of any pod with any options. */
    Maintenance anyMaintenance(String name) {
        Maintenance m = simulation.ask(name, anyPod());
        if (oneIn(3)) {
            m.evictHaReplica(false);
        }
        if (oneIn(4)) {
            m.demoteNode(!oneIn(3));
        }
        tell("asked: " + m.request());
        return m;
    }
}
