package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.ground.RedisCluster;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Is everything but our own resource as it was? Holds every pod, ConfigMap, Secret and Kubernetes Node with its resource
 * version, foreign events, and of every server its view of the cluster, all settings, users, data and which commands that are
 * more than a question it was ever sent.
 */
final class Untouched {
    /** What looking needs, and what the servers and the kubelet say to each other all the time. */
    private static final Set<String> QUESTIONS = Set.of("info", "ping", "config|get", "cluster|nodes", "cluster|info", "cluster|myid",
            "cluster|slots", "cluster|getslotmigrations", "cluster|countkeysinslot", "cluster|getkeysinslot",
            "memory|usage", "function|list", "acl|whoami", "acl|dryrun", "acl|list", "auth", "replconf", "psync", "dbsize", "role", "command", "client|setinfo", "hello");

    private final KubernetesClient client;
    private final String namespace;
    private final List<RedisCluster> clusters;
    private final Map<String, String> then;

    private Untouched(KubernetesClient client, String namespace, List<RedisCluster> clusters) {
        this.client = client;
        this.namespace = namespace;
        this.clusters = clusters;
        this.then = look();
    }

    static Untouched since(KubernetesClient client, String namespace, RedisCluster... clusters) {
        return new Untouched(client, namespace, List.of(clusters));
    }

    void check() {
        Map<String, String> now = look();
        assertEquals(then.keySet(), now.keySet());
        then.forEach((what, text) -> assertEquals(text, now.get(what), what));
    }

    private Map<String, String> look() {
        Map<String, String> seen = new TreeMap<>();
        Consumer<HasMetadata> add = o -> seen.put(o.getKind() + " " + o.getMetadata().getName(), Serialization.asYaml(o));
        client.pods().inNamespace(namespace).list().getItems().forEach(add);
        client.configMaps().inNamespace(namespace).list().getItems().forEach(add);
        client.secrets().inNamespace(namespace).list().getItems().forEach(add);
        client.nodes().list().getItems().forEach(add);
        client.v1().events().inNamespace(namespace).list().getItems().stream().filter(e -> !aboutUs(e)).forEach(add);
        clusters.forEach(c -> c.pods().forEach(pod -> seen.put("server " + pod, String.join("\n", server(c, pod)))));
        return seen;
    }

    private static boolean aboutUs(Event e) {
        return e.getInvolvedObject().getKind().equals("NodeMaintenance");
    }

    private static List<String> server(RedisCluster cluster, String pod) {
        List<String> seen = new ArrayList<>();
        try (Jedis jedis = impatient(cluster, pod)) {
            jedis.clusterNodes().lines().map(Untouched::placement).sorted().forEach(seen::add);
            jedis.clusterInfo().lines().filter(l -> l.contains("epoch") || l.contains("state")).forEach(seen::add);
            new TreeMap<>(jedis.configGet("*")).forEach((name, value) -> seen.add(name + " " + value));
            seen.addAll(jedis.aclList());
            seen.add("replid " + field(jedis.info("replication"), "master_replid"));
            seen.add("keys " + jedis.dbSize());
            seen.add("commands " + orders(new String((byte[]) jedis.sendCommand(Protocol.Command.INFO, "commandstats"), StandardCharsets.UTF_8)));
        } catch (JedisException e) {
            seen.clear();
            seen.add("does not answer");
        }
        return seen;
    }

    private static Jedis impatient(RedisCluster cluster, String pod) {
        return new Jedis(cluster.address(pod), DefaultJedisClientConfig.builder().from(cluster.access()).socketTimeoutMillis(1000).build());
    }

    /** Without the times of pings, which go on by themselves, and a setting that is compared where it is set and that the others hear of a while later. */
    private static String placement(String line) {
        List<String> words = new ArrayList<>(Arrays.asList(line.split(" ")));
        words.subList(4, 6).clear();
        return String.join(" ", words).replace(",nofailover", "");
    }

    private static String field(String info, String name) {
        return info.lines().filter(l -> l.startsWith(name + ":")).findFirst().orElse("");
    }

    private static String orders(String commandStats) {
        return commandStats.lines().filter(l -> l.startsWith("cmdstat_"))
                .filter(l -> !QUESTIONS.contains(l.substring("cmdstat_".length(), l.indexOf(':'))))
                .map(l -> l.substring(0, l.indexOf(','))).sorted().collect(Collectors.joining(" "));
    }
}
