package dev.redismaintenance.server;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.server.SlotWork.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** A source, a target and a witness, all primaries; half of all slots are the source's. Replicas on demand. */
final class ThreePrimaries implements AutoCloseable {
    static final SlotRanges OF_SOURCE = SlotRanges.of(0, 8191);

    final LocalServer source;
    final LocalServer target;
    final LocalServer witness;
    private final ConnectionSettings settings;
    private final List<LocalServer> all = new ArrayList<>();

    ThreePrimaries(Flavour flavour, ConnectionSettings settings, String... arguments) {
        this.settings = settings;
        List<String> more = new ArrayList<>(List.of("--cluster-allow-replica-migration", "no", "--enable-debug-command", "yes"));
        more.addAll(List.of(arguments));
        String[] words = more.toArray(String[]::new);
        for (int i = 0; i < 3; i++) {
            all.add(LocalServer.start(flavour, settings, words));
        }
        source = all.get(0);
        target = all.get(1);
        witness = all.get(2);
        tell(source, "CLUSTER", "ADDSLOTSRANGE", "0", "8191");
        tell(target, "CLUSTER", "ADDSLOTSRANGE", "8192", "12287");
        tell(witness, "CLUSTER", "ADDSLOTSRANGE", "12288", "16383");
        for (int i = 0; i < 3; i++) {
            tell(all.get(i), "CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1));
        }
        meet(target);
        meet(witness);
        awaitAgreement();
    }

    ThreePrimaries(Flavour flavour, String... arguments) {
        this(flavour, ConnectionSettings.PLAIN, arguments);
    }

    private void meet(LocalServer server) {
        tell(source, "CLUSTER", "MEET", server.address(), String.valueOf(LocalServer.PORT));
    }

    /** Starts one more server and makes it a replica. Returns when it is in sync. */
    LocalServer addReplica(Flavour flavour, LocalServer of, String... arguments) {
        LocalServer replica = LocalServer.start(flavour, settings, arguments);
        all.add(replica);
        meet(replica);
        awaitAgreement();
        tell(replica, "CLUSTER", "REPLICATE", id(of).value());
        eventually("in sync", () -> tell(replica, "INFO", "replication").contains("master_link_status:up"));
        eventually("known as a replica", () -> all.stream().allMatch(s -> rows(s).stream().anyMatch(r -> r.id().equals(id(replica)) && r.primary().isPresent())));
        return replica;
    }

    void awaitAgreement() {
        eventually("all know all", () -> all.stream().allMatch(s -> {
            List<NodeRow> rows = rows(s);
            return rows.size() == all.size() && rows.stream().noneMatch(r -> r.handshake() || r.failing() || !r.linkUp())
                    && tell(s, "CLUSTER", "INFO").contains("cluster_state:ok");
        }));
    }

    static void eventually(String what, Callable<Boolean> happens) {
        Awaitility.await(what).atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50)).ignoreExceptions().until(happens);
    }

    /** Fails when the answer is an error. */
    String tell(LocalServer server, String... words) {
        Reply reply = server.tell(settings, words);
        if (reply instanceof Reply.Failure failure) {
            throw new IllegalStateException(String.join(" ", words) + ": " + failure);
        }
        return reply instanceof Reply.Text text ? text.text() : reply.toString();
    }

    List<LocalServer> servers() {
        return all;
    }

    List<NodeRow> rows(LocalServer server) {
        return ClusterNodesText.parse(tell(server, "CLUSTER", "NODES"));
    }

    NodeRow own(LocalServer server) {
        return rows(server).stream().filter(NodeRow::myself).findFirst().orElseThrow();
    }

    /** What one server believes another owns. */
    SlotRanges slots(LocalServer seenBy, LocalServer of) {
        NodeId id = id(of);
        return rows(seenBy).stream().filter(r -> r.id().equals(id)).findFirst().orElseThrow().slots();
    }

    NodeId id(LocalServer server) {
        return own(server).id();
    }

    long keys(LocalServer server, int slot) {
        return Long.parseLong(tell(server, "CLUSTER", "COUNTKEYSINSLOT", String.valueOf(slot)));
    }

    Order order(SlotRanges slots) {
        return order(source, slots, settings, Optional.empty());
    }

    Order order(LocalServer from, SlotRanges slots, ConnectionSettings as, Optional<Inventory> inventory) {
        return new Order(new Transfer(id(from), id(target), slots), from.endpoint(as), target.endpoint(as), List.of(witness.endpoint(as)), inventory);
    }

    /** Fills some keys into each of the slots. */
    void fill(SlotRanges slots, int keysPerSlot, int bytes) throws ServerException {
        try (Line line = Line.open(source.endpoint(settings), Duration.ofSeconds(2), Duration.ofSeconds(20))) {
            for (int slot : slots.stream().toArray()) {
                List<byte[][]> sets = new ArrayList<>();
                for (int i = 0; i < keysPerSlot; i++) {
                    sets.add(Line.words("SET", key(slot, i), "x".repeat(bytes)));
                }
                for (Object answer : line.askAll(sets)) {
                    line.requireOk("SET", answer);
                }
            }
        }
    }

    static String key(int slot, int number) {
        return "{" + Tags.of(slot) + "}" + number;
    }

    @Override
    public void close() {
        all.forEach(LocalServer::close);
    }
}
