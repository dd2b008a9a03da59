package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.plan.Reason;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisCluster;

/** Servers that write no files give their slots uncompressed: does everything arrive, and have they their own setting afterwards? Under traffic. */
class WithoutFilesIT {
    private static final int KEYS = 600;

    private final Ground ground = new Ground();
    private final Maintenances maintenances = new Maintenances(ground.client, ground.namespace);

    @AfterEach
    void stop() {
        ground.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "redis:8.0", "valkey:8.1"})
    void what_compresses_well_arrives_as_it_was_and_the_setting_is_put_back(String image) {
        try (RedisCluster cluster = cluster(image, ""); RunningOperator operator = new RunningOperator(ground.client, ground.namespace);
                Traffic traffic = Traffic.on(cluster).start(); JedisCluster client = client(cluster)) {
            Placement before = cluster.placement();
            Map<String, String> texts = write(client);
            traffic.awaitWrites(100);
            maintenances.on("patch", "cache-1");
            maintenances.awaitReady("patch", Reason.InMaintenance);
            assertEquals(List.of("yes", "no", "yes"), compression(cluster), "the source's was changed");
            assertEquals(texts, read(client));
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            assertEquals(List.of("yes", "yes", "yes"), compression(cluster));
            assertEquals(texts, read(client));
            traffic.awaitWrites(100);
            Traffic.Report report = traffic.stop();
            assertEquals(0, report.lost() + report.stale() + report.failed(), report::toString);
            assertEquals(before, cluster.placement());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:8.1"})
    void where_files_are_written_they_are_compressed_as_before(String image) {
        try (RedisCluster cluster = cluster(image, "3600 1"); RunningOperator operator = new RunningOperator(ground.client, ground.namespace)) {
            maintenances.on("patch", "cache-1");
            maintenances.awaitReady("patch", Reason.InMaintenance);
            assertEquals(List.of("yes", "yes", "yes"), compression(cluster));
        }
    }

    private RedisCluster cluster(String image, String save) {
        RedisCluster cluster = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image(image).primaries(3)
                .replicasPerPrimary(0).args("--cluster-node-timeout", "5000", "--save", save).create();
        cluster.loadData(5_000_000);
        return cluster;
    }

    private static JedisCluster client(RedisCluster cluster) {
        return new JedisCluster(HostAndPort.from(cluster.address("cache-0").toString()));
    }

    /** Strings that compress to a tenth, in a plain key and in a hash each. */
    private static Map<String, String> write(JedisCluster client) {
        Map<String, String> texts = new TreeMap<>();
        for (int i = 0; i < KEYS; i++) {
            String text = ("{\"shard\": " + i + ", \"state\": \"as it was\"} ").repeat(20 + i % 80);
            texts.put("text:" + i, text);
            client.set("text:" + i, text);
            client.hset("hash:" + i, "field", text);
        }
        return texts;
    }

    private static Map<String, String> read(JedisCluster client) {
        Map<String, String> texts = new TreeMap<>();
        for (int i = 0; i < KEYS; i++) {
            String text = client.get("text:" + i);
            assertEquals(text, client.hget("hash:" + i, "field"));
            texts.put("text:" + i, text);
        }
        return texts;
    }

    private static List<String> compression(RedisCluster cluster) {
        return List.of("cache-0", "cache-1", "cache-2").stream().map(pod -> cluster.settings(pod, Setting.RDB_COMPRESSION).get(Setting.RDB_COMPRESSION)).toList();
    }
}
