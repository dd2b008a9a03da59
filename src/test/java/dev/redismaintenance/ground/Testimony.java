package dev.redismaintenance.ground;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisException;

/** What do all servers of a cluster say at one moment, of themselves and of each other? Who does not answer soon says nothing. */
public final class Testimony {
    private static final int SOON_MILLIS = 300;

    private final Map<String, List<NodeLine>> views;

    private Testimony(Map<String, List<NodeLine>> views) {
        this.views = views;
    }

    /** @param epoch the owner's configuration epoch: it stays as it is while nobody takes the role over */
    public record Owner(String pod, long epoch, int slots) {
    }

    /** @param clusterNodes by pod what its server answered */
    static Testimony of(Map<String, String> clusterNodes) {
        Map<String, List<NodeLine>> views = new LinkedHashMap<>();
        clusterNodes.forEach((pod, text) -> views.put(pod, NodeLine.parse(text)));
        return new Testimony(views);
    }

    public static Testimony of(KubernetesClient client, RedisCluster cluster) {
        JedisClientConfig access = DefaultJedisClientConfig.builder().from(cluster.access()).connectionTimeoutMillis(SOON_MILLIS).socketTimeoutMillis(SOON_MILLIS).build();
        Map<String, String> said = new LinkedHashMap<>();
        for (Pod pod : client.pods().inNamespace(cluster.namespace()).list().getItems()) {
            String ip = Optional.ofNullable(pod.getStatus()).map(s -> s.getPodIP()).orElse("");
            if (cluster.pods().contains(pod.getMetadata().getName()) && ip != null && !ip.isEmpty()) {
                try (Jedis jedis = new Jedis(new HostAndPort(ip, cluster.port()), access)) {
                    said.put(pod.getMetadata().getName(), jedis.clusterNodes());
                } catch (JedisException silent) {
                    // it says nothing
                }
            }
        }
        return of(said);
    }

    /** By node id who owns slots, where all that answer say the same of all; empty where something is on its way. */
    public Optional<Map<String, Owner>> agreed() {
        // who knows nobody is no member (yet, or any more)
        List<List<NodeLine>> members = views.values().stream().filter(view -> view.size() > 1).toList();
        if (members.stream().map(Testimony::slots).distinct().count() != 1) {
            return Optional.empty();
        }
        Map<String, Owner> owners = new TreeMap<>();
        for (NodeLine line : members.get(0)) {
            if (!line.slots().isEmpty()) {
                String pod = views.entrySet().stream().filter(e -> self(e.getValue()).id().equals(line.id())).map(Map.Entry::getKey).findFirst().orElse("");
                owners.put(line.id(), new Owner(pod, line.epoch(), line.slots().stream().mapToInt(Testimony::count).sum()));
            }
        }
        return Optional.of(owners);
    }

    /** What must never be, in words. {@code closed} are the pods in maintenance: they count as down. */
    public List<String> broken(Set<String> closed) {
        List<String> broken = new ArrayList<>();
        List<NodeLine> selves = views.values().stream().map(Testimony::self).filter(NodeLine::primary).toList();
        for (NodeLine a : selves) {
            selves.stream().filter(b -> a.id().compareTo(b.id()) < 0 && a.epoch() == b.epoch() && a.slots().stream().anyMatch(r -> b.slots().stream().anyMatch(s -> meet(r, s))))
                    .forEach(b -> broken.add("both are primary of a slot in epoch " + a.epoch() + ": " + a + " and " + b));
        }
        agreed().ifPresent(owners -> {
            int covered = owners.values().stream().mapToInt(Owner::slots).sum();
            if (covered != SlotMap.SLOTS) {
                broken.add("all servers say that " + covered + " slots are owned");
            }
            boolean allAnswer = owners.values().stream().noneMatch(o -> o.pod().isEmpty());
            long staying = owners.values().stream().filter(o -> !closed.contains(o.pod())).count();
            if (allAnswer && staying < owners.size() / 2 + 1) {
                broken.add("without " + closed + " only " + staying + " of the voters " + owners.values() + " stay");
            }
        });
        return broken;
    }

    private static Map<String, List<String>> slots(List<NodeLine> view) {
        return view.stream().filter(line -> !line.slots().isEmpty()).collect(Collectors.toMap(NodeLine::id, NodeLine::slots, (a, b) -> a, TreeMap::new));
    }

    private static NodeLine self(List<NodeLine> view) {
        return view.stream().filter(line -> line.hasAny("myself")).findFirst().orElseThrow();
    }

    private static boolean meet(String a, String b) {
        return first(a) <= last(b) && first(b) <= last(a);
    }

    private static int count(String range) {
        return last(range) - first(range) + 1;
    }

    private static int first(String range) {
        return Integer.parseInt(range.split("-")[0]);
    }

    private static int last(String range) {
        return Integer.parseInt(range.substring(range.indexOf('-') + 1));
    }
}
