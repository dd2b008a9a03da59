package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.plan.Reason;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** Slots that a maintenance has moved and that nobody owns any more, as a failover at the wrong moment leaves them on Redis. */
class UnownedIT {
    /** Tells a person soon. */
    private static final Pace IMPATIENT = new Pace(Scene.QUICK.afterStep(), Scene.QUICK.handover(), Scene.QUICK.waiting(), Scene.QUICK.refused(),
            Scene.QUICK.settled(), Scene.QUICK.gossip(), Duration.ofSeconds(1), Scene.QUICK.overdue());

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "redis:8.0", "valkey:8.1", "valkey:9.1"})
    void who_has_their_keys_takes_them_and_they_come_back_with_the_others(String image) {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, image);
                RunningOperator operator = operator(ground, Scene.QUICK)) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            Placement before = cluster.placement();
            long keys = cluster.keys();
            SlotRanges moved = slots(cluster, "cache-1");
            maintenances.on("patch", "cache-1");
            maintenances.awaitReady("patch", Reason.InMaintenance);

            List<Integer> lost = withKeys(cluster, slots(cluster, "cache-0").common(moved));
            cluster.pods().forEach(pod -> disown(cluster, pod, lost));
            Awaitility.await("owned again").atMost(Duration.ofSeconds(60)).ignoreExceptions()
                    .until(() -> SlotRanges.of(lost).minus(slots(cluster, "cache-0")).isEmpty());

            maintenances.awaitReady("patch", Reason.InMaintenance);
            assertTrue(ground.client.v1().events().inNamespace(ground.namespace).list().getItems().stream()
                    .anyMatch(e -> e.getMessage().contains("have no owner any more")), "nobody was told");
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            assertEquals(before, cluster.placement());
            assertEquals(keys, cluster.keys());
        }
    }

    /** Seen once on redis 8.0, after two movers at once: gossip does not mend it, since only claims travel. */
    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:8.1"})
    void also_where_each_of_the_two_ends_says_that_the_other_has_them(String image) {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, image)) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            Placement before = cluster.placement();
            long keys = cluster.keys();
            SlotRanges moved = slots(cluster, "cache-1");
            SlotRanges toFirst;
            try (RunningOperator operator = operator(ground, Scene.QUICK)) {
                maintenances.on("patch", "cache-1");
                maintenances.awaitReady("patch", Reason.InMaintenance);
                toFirst = slots(cluster, "cache-0").common(moved);
            }
            List<Integer> lost = withKeys(cluster, toFirst);
            disown(cluster, "cache-0", lost);
            give(cluster, "cache-0", lost, cluster.nodeId("cache-1"));
            assertEquals(cluster.nodeId("cache-1"), owner(cluster, "cache-0", lost.get(0)));
            assertEquals(cluster.nodeId("cache-0"), owner(cluster, "cache-1", lost.get(0)));
            try (RunningOperator operator = operator(ground, Scene.QUICK)) {
                Awaitility.await("owned again, to all").atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(() -> {
                    for (String pod : cluster.pods()) {
                        lost.forEach(slot -> assertEquals(cluster.nodeId("cache-0"), owner(cluster, pod, slot), pod));
                    }
                });
                maintenances.awaitReady("patch", Reason.InMaintenance);
                maintenances.delete("patch");
                maintenances.awaitGone("patch");
            }
            assertEquals(before, cluster.placement());
            assertEquals(keys, cluster.keys());
        }
    }

    /** What was written to both cannot be told apart by a program; it says so, takes what is clear, and touches nothing else. */
    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void a_slot_with_keys_on_both_ends_is_left_to_a_person_and_the_others_are_taken_all_the_same(String image) {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, image)) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            Placement before = cluster.placement();
            long keys = cluster.keys();
            SlotRanges moved = slots(cluster, "cache-1");
            try (RunningOperator operator = operator(ground, Scene.QUICK)) {
                maintenances.on("patch", "cache-1");
                maintenances.awaitReady("patch", Reason.InMaintenance);
            }
            List<Integer> two = withKeys(cluster, slots(cluster, "cache-0").common(moved));
            int doubtful = two.get(0);
            SlotRanges clear = SlotRanges.of(List.of(two.get(1), slots(cluster, "cache-2").common(moved).stream().findFirst().orElseThrow()));
            String key = keyIn(cluster, "cache-0", doubtful);
            writeWithoutOwning(cluster, "cache-1", "cache-0", doubtful, key, "{" + key + "}also");
            long atTarget = count(cluster, "cache-0", doubtful);
            cluster.pods().forEach(pod -> disown(cluster, pod, Stream.concat(Stream.of(doubtful), clear.stream().boxed()).toList()));

            try (RunningOperator operator = operator(ground, IMPATIENT)) {
                NodeMaintenance stalled = maintenances.awaitStalled("patch", Reason.MovingSlots);
                String message = ConditionList.find(stalled.getStatus().getConditions(), ConditionType.Stalled).orElseThrow().getMessage();
                assertTrue(message.contains("slot " + doubtful + " has no owner and keys on both") && message.contains("CLUSTER SETSLOT"), message);
                Awaitility.await("the clear ones owned again").atMost(Duration.ofSeconds(60)).ignoreExceptions()
                        .until(() -> clear.minus(slots(cluster, "cache-0")).minus(slots(cluster, "cache-2")).isEmpty());
                assertEquals(atTarget, count(cluster, "cache-0", doubtful));
                assertEquals(2, count(cluster, "cache-1", doubtful));
                assertEquals("nobody", owner(cluster, "cache-2", doubtful));

                try (Jedis right = cluster.jedis("cache-0")) {
                    right.clusterSetSlotImporting(doubtful, cluster.nodeId("cache-1"));
                    right.clusterSetSlotNode(doubtful, cluster.nodeId("cache-0"));
                }
                maintenances.awaitReady("patch", Reason.InMaintenance);
                maintenances.delete("patch");
                maintenances.awaitGone("patch");
            }
            assertEquals(before, cluster.placement());
            assertEquals(keys, cluster.keys(), "the copies that were decided against are gone");
            try (Jedis jedis = cluster.jedis("cache-1")) {
                assertNotEquals("wrong", jedis.get(key));
                assertFalse(jedis.exists("{" + key + "}also"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:8.0", "valkey:9.1"})
    void as_long_as_an_end_is_silent_it_is_waited_for_and_named(String image) {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, image)) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            Placement before = cluster.placement();
            long keys = cluster.keys();
            SlotRanges moved = slots(cluster, "cache-1");
            try (RunningOperator operator = operator(ground, Scene.QUICK)) {
                maintenances.on("patch", "cache-1");
                maintenances.awaitReady("patch", Reason.InMaintenance);
            }
            List<Integer> lost = withKeys(cluster, slots(cluster, "cache-0").common(moved));
            cluster.pods().forEach(pod -> disown(cluster, pod, lost));
            ground.kubelet.freeze(ground.namespace + "/cache-0");
            try (RunningOperator operator = operator(ground, Scene.QUICK)) {
                maintenances.await("patch", "waits for the silent one", m -> ConditionList.find(m.getStatus().getConditions(), ConditionType.Ready).orElseThrow()
                        .getMessage().contains("slots " + SlotRanges.of(lost) + " have no owner, and cache-0 does not answer and may be it"));
                lost.forEach(slot -> assertEquals("nobody", owner(cluster, "cache-2", slot)));
                ground.kubelet.thaw(ground.namespace + "/cache-0");
                maintenances.awaitReady("patch", Reason.InMaintenance);
                assertTrue(SlotRanges.of(lost).minus(slots(cluster, "cache-0")).isEmpty(), "the one that has the keys owns them");
                maintenances.delete("patch");
                maintenances.awaitGone("patch");
            }
            assertEquals(before, cluster.placement());
            assertEquals(keys, cluster.keys());
        }
    }

    private static RunningOperator operator(Ground ground, Pace pace) {
        return new RunningOperator(ground.account(), ground.namespace, k -> k, s -> s, pace);
    }

    private static String keyIn(RedisCluster cluster, String pod, int slot) {
        try (Jedis jedis = cluster.jedis(pod)) {
            return jedis.clusterGetKeysInSlot(slot, 1).get(0);
        }
    }

    private static long count(RedisCluster cluster, String pod, int slot) {
        try (Jedis jedis = cluster.jedis(pod)) {
            return jedis.clusterCountKeysInSlot(slot);
        }
    }

    /** As a move that was broken off leaves keys: one that the owner has too, and one that only this node has. */
    private static void writeWithoutOwning(RedisCluster cluster, String pod, String owner, int slot, String key, String other) {
        try (Jedis jedis = cluster.jedis(pod)) {
            jedis.clusterSetSlotImporting(slot, cluster.nodeId(owner));
            for (String one : List.of(key, other)) {
                jedis.asking();
                jedis.set(one, "wrong");
            }
            jedis.clusterSetSlotStable(slot);
            assertEquals(2, jedis.clusterCountKeysInSlot(slot), "both in the slot");
        }
    }

    private static void give(RedisCluster cluster, String pod, List<Integer> slots, String owner) {
        try (Jedis jedis = cluster.jedis(pod)) {
            slots.forEach(slot -> jedis.clusterSetSlotNode(slot, owner));
        }
    }

    private static String owner(RedisCluster cluster, String asked, int slot) {
        try (Jedis jedis = cluster.jedis(asked)) {
            return jedis.clusterNodes().lines().map(ClusterLine::of).filter(line -> line.slots().contains(slot)).map(ClusterLine::id).findFirst().orElse("nobody");
        }
    }

    private record ClusterLine(String id, SlotRanges slots) {
        static ClusterLine of(String line) {
            List<String> words = List.of(line.split(" "));
            return new ClusterLine(words.get(0), SlotRanges.parse(words.stream().skip(8).filter(w -> !w.startsWith("[")).collect(Collectors.joining(" "))));
        }
    }

    private static SlotRanges slots(RedisCluster cluster, String pod) {
        return SlotRanges.parse(String.join(" ", cluster.placement().of(cluster.nodeId(pod)).slots()));
    }

    private static List<Integer> withKeys(RedisCluster cluster, SlotRanges slots) {
        try (Jedis jedis = cluster.jedis("cache-0")) {
            List<Integer> some = slots.stream().boxed().filter(slot -> jedis.clusterCountKeysInSlot(slot) > 0).limit(2).toList();
            assertEquals(2, some.size(), "no data");
            return some;
        }
    }

    private static void disown(RedisCluster cluster, String pod, List<Integer> slots) {
        try (Jedis jedis = cluster.jedis(pod)) {
            jedis.clusterDelSlots(IntStream.range(0, slots.size()).map(slots::get).toArray());
        }
    }

    private static RedisCluster cluster(Ground ground, String image) {
        RedisCluster cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image(image)
                .primaries(3).replicasPerPrimary(0).args("--cluster-node-timeout", "3000").create();
        cluster.loadData(5_000_000);
        return cluster;
    }
}
