package dev.redismaintenance.memory;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.Denied;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.ServerException.Kind;
import dev.redismaintenance.server.Servers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A Redis or Valkey cluster in memory. Servers are found by the IP of their pod; what they do follows the measurements on real
 * ones. Time stands still until {@link #tick} is called or a clock is started with {@link #startClock}; a client
 * writes with every tick.
 *
 * <p>Method names say who acts: those of {@link Servers} are what the operator may do; {@code kill}, {@code restart},
 * {@code personFailsOver} and the like are what happens to a cluster.
 */
public final class InMemoryCluster implements Servers {
    /** What each slot is said to hold. */
    public static final long BYTES_PER_SLOT = 1000;

    private final Bus bus;
    private final Replicas replicas;
    private final Ledger ledger;
    private final Elections elections;
    private final Eyes eyes;
    private final List<Call> calls = new ArrayList<>();
    private final Map<String, ServerException> troubles = new HashMap<>();
    private final List<Consumer<Call>> listeners = new ArrayList<>();
    private int addresses;
    private int changes;

    public InMemoryCluster(Topology topology) {
        this(topology, Flavour.VALKEY_9, Timing.PROMPT);
    }

    /** The cluster as it is once it has settled: everything known to all, every replica in sync. */
    public InMemoryCluster(Topology topology, Flavour flavour, Timing timing) {
        bus = new Bus(timing);
        replicas = new Replicas(bus);
        ledger = new Ledger(bus);
        elections = new Elections(bus, replicas, ledger);
        eyes = new Eyes(bus, replicas);
        topology.pods().forEach(pod -> bus.add(new MemoryNode(pod, flavour, newId(pod, 0), newIp())));
        int count = topology.shards().size();
        for (int i = 0; i < count; i++) {
            List<String> shard = topology.shards().get(i);
            MemoryNode primary = bus.named(shard.get(0));
            SlotRanges slots = SlotRanges.of(i * SlotRanges.ALL / count, (i + 1) * SlotRanges.ALL / count - 1);
            primary.become(Role.PRIMARY, Optional.empty(), slots, i + 1L, 0);
            primary.offset = 100 << 20;
            shard.stream().skip(1).map(bus::named).forEach(r -> r.become(Role.REPLICA, Optional.of(primary.id), SlotRanges.NONE, 0, 0));
        }
        for (MemoryNode node : bus.nodes()) {
            bus.nodes().stream().filter(other -> other != node).forEach(other -> node.hear(other.claim(), other.version()));
        }
        tick();
    }

    private static NodeId newId(String pod, int incarnation) {
        return new NodeId(String.format("%08x%032x", (pod.hashCode() * 0x9E3779B1L + incarnation) & 0xffffffffL, incarnation));
    }

    private String newIp() {
        addresses++;
        return "10.0." + addresses / 250 + "." + (addresses % 250 + 1);
    }

    // ---- what the operator may do ----

    @Override
    public synchronized NodeReport report(Endpoint server) throws ServerException {
        return eyes.report(reach("report", server));
    }

    @Override
    public synchronized Denied denied(Endpoint server) throws ServerException {
        return new Denied(List.copyOf(reach("denied", server).denied), List.of());
    }

    @Override
    public synchronized void failover(Endpoint replica) throws ServerException {
        MemoryNode node = permitted(reach("failover", replica), "cluster|failover");
        if (node.role() != Role.REPLICA) {
            throw new ServerException(Kind.Refused, "ERR You should send CLUSTER FAILOVER to a replica");
        }
        MemoryNode primary = node.primary().flatMap(bus::node).filter(p -> p.up)
                .orElseThrow(() -> new ServerException(Kind.Refused, "ERR Master is down or failed, please use CLUSTER FAILOVER FORCE"));
        elections.ask(node, primary, false);
    }

    @Override
    public synchronized void replicate(Endpoint replica, NodeId primary) throws ServerException {
        MemoryNode node = permitted(reach("replicate", replica, primary.value()), "cluster|replicate");
        if (node.id.equals(primary)) {
            throw new ServerException(Kind.Refused, "ERR Can't replicate myself");
        }
        Claim known = Optional.ofNullable(node.known.get(primary))
                .orElseThrow(() -> new ServerException(Kind.Refused, "ERR Unknown node " + primary));
        if (known.role() != Role.PRIMARY) {
            throw new ServerException(Kind.Refused, "ERR I can only replicate a master, not a replica.");
        }
        if (node.role() == Role.PRIMARY && (!node.slots().isEmpty() || !node.data.isEmpty())) {
            throw new ServerException(Kind.Refused, "ERR To set a master the node must be empty and without assigned slots.");
        }
        if (!node.replicaOf(primary)) {
            bus.follow(node, primary, true);
        }
    }

    @Override
    public synchronized void letGo(Endpoint replica) throws ServerException {
        MemoryNode node = permitted(reach("letGo", replica), "cluster|reset");
        if (node.role() == Role.PRIMARY) {
            if (!node.slots().isEmpty() || !node.data.isEmpty()) {
                throw new ServerException(Kind.Refused, "ERR CLUSTER RESET can't be called with master nodes containing keys");
            }
            return;
        }
        node.data.clear();
        node.offset = 0;
        node.syncLeft = 0;
        node.become(Role.PRIMARY, Optional.empty(), SlotRanges.NONE, node.epoch(), bus.now());
        if (!node.flavour.letsGoAsMember()) {
            node.forgetAll();
            node.resetAt = Math.max(1, bus.now());
        }
    }

    @Override
    public synchronized void meet(Endpoint via, String host, int port, int busPort) throws ServerException {
        bus.meet(permitted(reach("meet", via, host, String.valueOf(port)), "cluster|meet"), host);
    }

    /** No operator may do that to a node that lives. */
    @Override
    public synchronized void forget(Endpoint server, NodeId dead) throws ServerException {
        MemoryNode node = permitted(reach("forget", server, dead.value()), "cluster|forget");
        if (bus.node(dead).isPresent()) {
            throw new IllegalStateException("CLUSTER FORGET of " + bus.node(dead).get() + ", which is no dead id");
        }
        if (node.replicaOf(dead)) {
            throw new ServerException(Kind.Refused, "ERR Can't forget my master!");
        }
        node.forget(dead);
    }

    /** It has no migrations. */
    @Override
    public synchronized void cancelJobs(Endpoint server) throws ServerException {
        reach("cancelJobs", server);
    }

    @Override
    public synchronized void set(Endpoint server, String name, String value) throws ServerException {
        MemoryNode node = permitted(reach("set", server, name, value), "config|set");
        if (!node.config.containsKey(name)) {
            throw new ServerException(Kind.Refused, "ERR Unknown option or number of arguments for CONFIG SET - '" + name + "'");
        }
        node.settings.put(name, value);
        node.announce(bus.now());
    }

    @Override
    public synchronized long keysInSlot(Endpoint server, int slot) throws ServerException {
        return reach("keysInSlot", server, String.valueOf(slot)).data.containsKey(slot) ? 1 : 0;
    }

    @Override
    public synchronized void own(Endpoint server, NodeId self, NodeId other, int slot) throws ServerException {
        MemoryNode node = permitted(reach("own", server, String.valueOf(slot)), "cluster|setslot");
        if (!node.id.equals(self)) {
            throw new ServerException(Kind.Refused, "ERR Unknown node " + self);
        }
        node.become(Role.PRIMARY, Optional.empty(), node.slots().plus(SlotRanges.of(slot, slot)), node.epoch(), bus.now());
    }

    /** As after a failover of who had just taken them: nobody owns them, the keys are where they are. */
    public synchronized void disown(String pod, SlotRanges slots) {
        MemoryNode node = bus.named(pod);
        node.become(Role.PRIMARY, Optional.empty(), node.slots().minus(slots), node.epoch(), bus.now());
    }

    /** In the eyes of one node another has the slots, although that one does not say so: what gossip does not mend. */
    public synchronized void takesForOwner(String pod, String owner, SlotRanges slots) {
        MemoryNode node = bus.named(pod);
        MemoryNode other = bus.named(owner);
        Claim said = other.claim();
        node.hear(new Claim(said.id(), said.ip(), said.role(), said.primary(), said.slots().plus(slots), said.epoch(), said.noFailover()), other.version());
    }

    // ---- what a worker of the operator does with slots ----

    /** Does this server migrate slots by itself? */
    synchronized boolean atomic(Endpoint server) throws ServerException {
        return reach("way", server).flavour == Flavour.VALKEY_9;
    }

    synchronized SlotRanges owned(Endpoint server) throws ServerException {
        MemoryNode node = reach("owned", server);
        return bus.truth().getOrDefault(node.id, SlotRanges.NONE);
    }

    synchronized Inventory count(Endpoint server, NodeId id, SlotRanges slots) throws ServerException {
        MemoryNode node = reach("count", server);
        Map<Integer, Inventory.Content> content = new HashMap<>();
        slots.stream().forEach(slot -> content.put(slot, new Inventory.Content(1, BYTES_PER_SLOT)));
        return new Inventory(id, slots, content, true, List.copyOf(node.bigKeys), node.libraries);
    }

    /** {@code IMPORTING} on the target, {@code MIGRATING} on the source; again is no error. */
    synchronized void open(Endpoint from, Endpoint to, SlotRanges slots) throws ServerException {
        MemoryNode target = permitted(reach("open", to, slots.toString()), "cluster|setslot");
        MemoryNode source = permitted(reach("open", from, slots.toString()), "cluster|setslot");
        slots.stream().forEach(slot -> {
            target.openSlots.add("[" + slot + "-<-" + source.id + "]");
            source.openSlots.add("[" + slot + "->-" + target.id + "]");
        });
    }

    /** {@code MIGRATE}: the source's keys are the target's now. */
    synchronized void carry(Endpoint from, Endpoint to, SlotRanges slots) throws ServerException {
        MemoryNode target = reach("carry", to, slots.toString());
        MemoryNode source = reach("carry", from, slots.toString());
        room(target, slots);
        source.data.keySet().stream().filter(slots::contains).toList().forEach(slot -> target.data.put(slot, source.data.remove(slot)));
    }

    /** {@code SETSLOT NODE} on the target, then on the source. */
    synchronized void hand(Endpoint from, Endpoint to, SlotRanges slots) throws ServerException {
        MemoryNode target = reach("hand", to, slots.toString());
        MemoryNode source = reach("hand", from, slots.toString());
        give(source, target, slots);
    }

    /** An atomic job. */
    synchronized void migrate(Endpoint from, Endpoint to, SlotRanges slots) throws ServerException {
        MemoryNode target = permitted(reach("migrate", to, slots.toString()), "cluster|migrateslots");
        MemoryNode source = reach("migrate", from, slots.toString());
        room(target, slots);
        source.data.keySet().stream().filter(slots::contains).toList().forEach(slot -> target.data.put(slot, source.data.remove(slot)));
        give(source, target, slots);
    }

    private static void room(MemoryNode target, SlotRanges slots) throws ServerException {
        if (target.memoryLimit > 0 && target.usedMemory + slots.count() * BYTES_PER_SLOT > target.memoryLimit) {
            throw new ServerException(Kind.OutOfMemory, "OOM command not allowed when used memory > 'maxmemory'");
        }
    }

    private void give(MemoryNode source, MemoryNode target, SlotRanges slots) {
        long epoch = bus.nodes().stream().mapToLong(n -> Math.max(n.currentEpoch, n.epoch())).max().orElse(0) + 1;
        target.become(Role.PRIMARY, Optional.empty(), target.slots().plus(slots), epoch, bus.now());
        SlotRanges left = source.slots().minus(slots);
        close(source, slots);
        close(target, slots);
        if (left.isEmpty() && "yes".equals(source.settings.get(Setting.ALLOW_REPLICA_MIGRATION))) {
            // measured: it follows the taker of its last slot
            bus.follow(source, target.id, true);
        } else {
            source.become(Role.PRIMARY, Optional.empty(), left, source.epoch(), bus.now());
        }
    }

    private static void close(MemoryNode node, SlotRanges slots) {
        node.openSlots.removeIf(text -> slots.contains(Integer.parseInt(text.substring(1, text.indexOf('-')))));
    }

    private MemoryNode reach(String what, Endpoint server, String... arguments) throws ServerException {
        Call call = new Call(what, server.host(), List.of(arguments));
        calls.add(call);
        changes += call.changes() ? 1 : 0;
        listeners.forEach(l -> l.accept(call));
        MemoryNode node = bus.at(server.host())
                .orElseThrow(() -> new ServerException(Kind.Unreachable, "no answer from " + server));
        if (troubles.containsKey(node.name)) {
            throw troubles.get(node.name);
        }
        return node;
    }

    private static MemoryNode permitted(MemoryNode node, String command) throws ServerException {
        if (node.denied.contains(command)) {
            throw new ServerException(Kind.NotPermitted, "NOPERM the account may not run " + command);
        }
        return node;
    }

    // ---- time ----

    /** One tick: gossip, the client's writes, replication, failovers. */
    public synchronized void tick() {
        bus.turn();
        bus.gossip();
        ledger.write();
        replicas.flow();
        elections.advance();
        replicas.migrate();
        bus.gossip();
    }

    public void tick(int times) {
        for (int i = 0; i < times; i++) {
            tick();
        }
    }

    /** Ticks by itself from now on, until the returned clock is closed. */
    public AutoCloseable startClock(long millisPerTick) {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "in-memory-cluster-clock");
            thread.setDaemon(true);
            return thread;
        });
        clock.scheduleAtFixedRate((Runnable) this::tick, millisPerTick, millisPerTick, TimeUnit.MILLISECONDS);
        return clock::shutdownNow;
    }

    // ---- who is who ----

    public synchronized NodeId id(String pod) {
        return bus.named(pod).id;
    }

    /** The pod's IP; it keeps its last one while it is down. */
    public synchronized String ip(String pod) {
        return bus.named(pod).ip;
    }

    public synchronized boolean up(String pod) {
        return bus.named(pod).up;
    }

    public synchronized Role role(String pod) {
        return bus.named(pod).role();
    }

    public synchronized SlotRanges slots(String pod) {
        return bus.truth().getOrDefault(bus.named(pod).id, SlotRanges.NONE);
    }

    /** The pod that this one replicates. */
    public synchronized Optional<String> primaryOf(String pod) {
        return bus.named(pod).primary().flatMap(bus::node).map(n -> n.name);
    }

    public synchronized boolean inSync(String pod) {
        return replicas.linkUp(bus.named(pod)) && bus.named(pod).lag == 0;
    }

    public synchronized String setting(String pod, String name) {
        return Optional.ofNullable(bus.named(pod).settings.get(name)).orElse("");
    }

    /** Does it know any other node? */
    public synchronized boolean isMember(String pod) {
        return !bus.named(pod).alone();
    }

    /** Role, primary, slots and settings of every node: two texts are equal when the clusters stand alike. */
    public synchronized String placement() {
        StringBuilder text = new StringBuilder();
        Map<NodeId, SlotRanges> owners = bus.truth();
        for (MemoryNode n : bus.nodes()) {
            text.append(n.name).append(' ').append(n.role().word()).append(' ').append(n.primary().flatMap(bus::node).map(p -> "of " + p.name).orElse(""))
                    .append(" [").append(owners.getOrDefault(n.id, SlotRanges.NONE)).append("] ").append(n.settings)
                    .append(n.alone() ? " isolated" : "").append('\n');
        }
        return text.toString();
    }

    // ---- what was done and what came of it ----

    public synchronized void onCall(Consumer<Call> listener) {
        listeners.add(listener);
    }

    /** Every call so far. */
    public synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    /** The calls that asked for a change. */
    public synchronized List<Call> changes() {
        return calls.stream().filter(Call::changes).toList();
    }

    /** How many of them there are. */
    public synchronized int changeCount() {
        return changes;
    }

    /** Would a majority of the voters be up without these pods? */
    public synchronized boolean majorityWithout(Collection<String> down) {
        List<MemoryNode> voters = bus.voters();
        return voters.stream().filter(n -> n.up && !down.contains(n.name)).count() >= voters.size() / 2 + 1;
    }

    /** Does every server that is up say of every other that is up what that one says of itself? */
    public synchronized boolean agreed() {
        List<MemoryNode> up = bus.nodes().stream().filter(n -> n.up).toList();
        return up.stream().allMatch(n -> n.owners().equals(bus.truth()) && up.stream().allMatch(m -> m == n || m.claim().equals(n.known.get(m.id))));
    }

    public synchronized long writes() {
        return ledger.written();
    }

    /** Writes that a crash took with it; no operator could have kept them. */
    public synchronized long excused() {
        return ledger.excused();
    }

    /** Failovers that a person asked for and that took place. */
    public synchronized int personsFailovers() {
        return elections.persons();
    }

    /** Failovers that stalled the shard's writes and came to nothing. */
    public synchronized int timedOutFailovers() {
        return elections.timedOut();
    }

    /** Failovers that came to nothing since another one was going on. */
    public synchronized int lostFailovers() {
        return elections.lost();
    }

    /** Replicas that left their shard by themselves for a primary that had lost its own. */
    public synchronized int migrations() {
        return replicas.migrations();
    }

    public synchronized boolean failoverRunning() {
        return elections.running();
    }

    /** Fails with the list of what is wrong; {@code countedAsDown} are the pods in maintenance. */
    public synchronized void assertInvariants(Collection<String> countedAsDown) {
        List<String> broken = broken(countedAsDown);
        if (!broken.isEmpty()) {
            throw new AssertionError(String.join("\n", broken) + "\n" + placement());
        }
    }

    private List<String> broken(Collection<String> countedAsDown) {
        List<String> broken = new ArrayList<>(ledger.lost());
        Map<NodeId, SlotRanges> owners = bus.truth();
        int covered = owners.values().stream().mapToInt(SlotRanges::count).sum();
        if (covered != SlotRanges.ALL) {
            broken.add(covered + " of " + SlotRanges.ALL + " slots are owned");
        }
        List<MemoryNode> primaries = bus.nodes().stream().filter(MemoryNode::voter).toList();
        for (MemoryNode a : primaries) {
            primaries.stream().filter(b -> a.id.compareTo(b.id) < 0 && a.epoch() == b.epoch() && a.slots().intersects(b.slots()))
                    .forEach(b -> broken.add(a.name + " and " + b.name + " claim the same slots in epoch " + a.epoch()));
        }
        List<MemoryNode> voters = bus.voters();
        boolean nobodyElseDown = voters.stream().allMatch(n -> n.up || countedAsDown.contains(n.name));
        long staying = voters.stream().filter(n -> n.up && !countedAsDown.contains(n.name)).count();
        if (nobodyElseDown && staying < voters.size() / 2 + 1) {
            broken.add("only " + staying + " of " + voters.size() + " voters stay without " + countedAsDown);
        }
        return broken;
    }

    // ---- what happens to a cluster ----

    /** The process is gone at once, with its run-time settings; what it has on disk stays. */
    public synchronized void kill(String pod) {
        MemoryNode node = bus.named(pod);
        if (node.up) {
            node.up = false;
            node.downSince = bus.now();
        }
    }

    /** Comes up again from its disk at the same address: same id, same role as far as it knows, settings as configured. */
    public synchronized void restart(String pod) {
        start(bus.named(pod), bus.named(pod).ip);
    }

    /** As {@link #restart}, in a new pod: the others learn its address, it goes on telling clients the old one. */
    public synchronized void restartOnNewIp(String pod) {
        bus.moved();
        start(bus.named(pod), newIp());
    }

    private void start(MemoryNode node, String ip) {
        node.ip = ip;
        node.up = true;
        node.restarts++;
        node.loading = 1;
        node.syncLeft = 0;
        node.linkCut = false;
        node.lag = 0;
        node.settings.clear();
        node.settings.putAll(node.config);
        node.pausedUntil = bus.now() + Timing.WRITABLE_DELAY + bus.timing.gossip();
        node.announce(bus.now());
    }

    /** Its disk is lost: a new id, knows nobody, holds nothing; to the others the old id stays dead. */
    public synchronized void loseDisk(String pod) {
        MemoryNode node = bus.named(pod);
        node.up = false;
        start(node, newIp());
        node.data.clear();
        node.offset = 0;
        node.forgetAll();
        bus.rename(node, newId(pod, node.restarts));
        node.become(Role.PRIMARY, Optional.empty(), SlotRanges.NONE, 0, bus.now());
        node.tell(node.ip, bus.now());
    }

    /** Somebody takes a node that is down out of the cluster for good. */
    public synchronized void personForgets(String pod) {
        NodeId gone = bus.named(pod).id;
        bus.nodes().forEach(n -> n.forget(gone));
    }

    /** Somebody writes to a server that is no member, and so asks nobody. */
    public synchronized void personWrites(String pod, int slot) {
        bus.named(pod).data.put(slot, 1L);
    }

    /** Somebody sends {@code CLUSTER FAILOVER}; true when the server has begun. */
    public synchronized boolean personFailsOver(String replica) {
        MemoryNode node = bus.named(replica);
        Optional<MemoryNode> primary = node.primary().flatMap(bus::node).filter(p -> p.up && node.up);
        primary.ifPresent(p -> elections.ask(node, p, true));
        return primary.isPresent();
    }

    /** Somebody makes an empty node or a replica the replica of another primary. */
    public synchronized void personReplicates(String pod, String primary) {
        bus.follow(bus.named(pod), bus.named(primary).id, true);
    }

    /** Somebody moves slots, data and all. */
    public synchronized void personMovesSlots(String from, String to, SlotRanges slots) {
        MemoryNode source = bus.named(from);
        MemoryNode target = bus.named(to);
        long epoch = bus.nodes().stream().mapToLong(n -> Math.max(n.currentEpoch, n.epoch())).max().orElse(0) + 1;
        source.data.forEach((slot, value) -> {
            if (slots.intersects(SlotRanges.of(slot, slot))) {
                target.data.put(slot, value);
            }
        });
        target.become(Role.PRIMARY, Optional.empty(), target.slots().plus(slots), epoch, bus.now());
        if (!source.slots().minus(slots).isEmpty()) {
            source.become(Role.PRIMARY, Optional.empty(), source.slots().minus(slots), source.epoch(), bus.now());
        }
    }

    /** Slots that nobody owns any more. */
    public synchronized void dropSlots(String pod, SlotRanges slots) {
        MemoryNode node = bus.named(pod);
        node.become(Role.PRIMARY, Optional.empty(), node.slots().minus(slots), node.epoch(), bus.now());
    }

    public synchronized void openSlot(String pod, String text) {
        bus.named(pod).openSlots.add(text);
    }

    public synchronized void closeSlot(String pod, int slot) {
        close(bus.named(pod), SlotRanges.of(slot, slot));
    }

    /** Somebody sets a setting at run time. */
    public synchronized void personSets(String pod, String name, String value) {
        bus.named(pod).settings.put(name, value);
        bus.named(pod).announce(bus.now());
    }

    /** What its configuration file says, and the server with it; survives restarts. */
    public synchronized void configure(String pod, String name, String value) {
        bus.named(pod).config.put(name, value);
        personSets(pod, name, value);
    }

    /** {@code FUNCTION LOAD}. */
    public synchronized void loadLibrary(String pod, String name) {
        bus.named(pod).libraries.add(name);
    }

    /** A key that will block for so long is among its data. */
    public synchronized void bigKey(String pod, int slot, long millis) {
        bus.named(pod).bigKeys.add(new dev.redismaintenance.cluster.BigKey(slot, "hash", 1 << 28, java.time.Duration.ofMillis(millis)));
    }

    /** The account may not run these any more. */
    public synchronized void deny(String pod, String... commands) {
        bus.named(pod).denied.addAll(Set.of(commands));
    }

    public synchronized void allowAll(String pod) {
        bus.named(pod).denied.clear();
    }

    /** The stream from its primary does not flow. */
    public synchronized void cutLink(String pod, boolean cut) {
        bus.named(pod).linkCut = cut;
    }

    /** Its stream is that many bytes behind, and stays so. */
    public synchronized void lag(String pod, long bytes) {
        bus.named(pod).lag = bytes;
        replicas.flow();
    }

    /** It hears of nothing any more that changes elsewhere. */
    public synchronized void deafen(String pod, boolean deaf) {
        bus.named(pod).deaf = deaf;
    }

    public synchronized void memory(String pod, long used, long limit) {
        bus.named(pod).usedMemory = used;
        bus.named(pod).memoryLimit = limit;
    }

    /** Its last writes are gone: what must never happen, for tests of {@link #assertInvariants}. */
    public synchronized void corrupt(String pod) {
        bus.named(pod).data.replaceAll((slot, value) -> 0L);
    }

    /** Every call to this node ends this way. */
    public synchronized void trouble(String pod, Kind kind, String message) {
        troubles.put(pod, new ServerException(kind, message));
    }

    public synchronized void noTrouble(String pod) {
        troubles.remove(pod);
    }
}
