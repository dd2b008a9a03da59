package dev.redismaintenance.memory;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Set;

/** One server: what it is, what it holds, and what it has heard of the others. */
final class MemoryNode {
    static final int PORT = 6379;
    /** The slots that the ledger writes to, spread over all of them. */
    static final int SAMPLES = 32;

    final String name;
    final Flavour flavour;
    final Map<NodeId, Claim> known = new TreeMap<>();
    final Map<NodeId, Long> heard = new HashMap<>();
    final Map<String, String> config = new TreeMap<>();
    final Map<String, String> settings = new TreeMap<>();
    final Map<Integer, Long> data = new HashMap<>();
    final Set<String> openSlots = new TreeSet<>();
    final Set<String> denied = new TreeSet<>();
    final Set<String> libraries = new TreeSet<>();
    final List<dev.redismaintenance.cluster.BigKey> bigKeys = new ArrayList<>();

    NodeId id;
    String ip;
    boolean up = true;
    boolean deaf;
    boolean linkCut;
    boolean hadReplicas;
    long downSince;
    long resetAt;
    int restarts;
    int loading;
    int syncLeft;
    long lag;
    long offset;
    long pausedUntil;
    long currentEpoch;
    long usedMemory = 64 << 20;
    long memoryLimit;

    private String told;
    private Role role = Role.PRIMARY;
    private Optional<NodeId> primary = Optional.empty();
    private SlotRanges slots = SlotRanges.NONE;
    private long epoch;
    private Claim claim;
    private long version;
    private long changedAt;
    private List<Integer> samples = List.of();
    private Optional<Map<NodeId, SlotRanges>> owners = Optional.empty();

    MemoryNode(String name, Flavour flavour, NodeId id, String ip) {
        this.name = name;
        this.flavour = flavour;
        this.id = id;
        this.ip = ip;
        this.told = ip;
        config.put(Setting.REPLICA_NO_FAILOVER, "no");
        config.put(Setting.ALLOW_REPLICA_MIGRATION, "yes");
        config.put(Setting.REPL_BACKLOG_SIZE, flavour.defaultBacklog());
        if (flavour == Flavour.VALKEY_9) {
            config.put(Setting.HANDOVER_BYTES, "0");
        }
        config.put(Setting.MIN_REPLICAS_TO_WRITE, "0");
        config.put(Setting.NODE_TIMEOUT, "5000");
        config.put(Setting.ANNOUNCE_IP, "");
        config.put(Setting.SAVE, flavour.saves());
        config.put(Setting.APPEND_ONLY, "no");
        config.put(Setting.RDB_COMPRESSION, "yes");
        config.put(Setting.LOG_LEVEL, "notice");
        config.put(Setting.HZ, "10");
        config.put(Setting.MAXMEMORY_POLICY, "noeviction");
        config.put(Setting.SLOT_STATS, "no");
        settings.putAll(config);
        this.claim = claimed();
    }

    Role role() {
        return role;
    }

    Optional<NodeId> primary() {
        return primary;
    }

    SlotRanges slots() {
        return slots;
    }

    long epoch() {
        return epoch;
    }

    String told() {
        return settings.getOrDefault(Setting.ANNOUNCE_IP, "").isEmpty() ? told : settings.get(Setting.ANNOUNCE_IP);
    }

    Claim claim() {
        return claim;
    }

    long version() {
        return version;
    }

    long changedAt() {
        return changedAt;
    }

    /** Which of the ledger's slots it owns, in its own eyes. */
    List<Integer> samples() {
        return samples;
    }

    boolean voter() {
        return role == Role.PRIMARY && !slots.isEmpty();
    }

    boolean alone() {
        return known.isEmpty();
    }

    boolean replicaOf(NodeId other) {
        return role == Role.REPLICA && primary.filter(other::equals).isPresent();
    }

    /** Another role, at this tick: the others hear of it from then on. */
    void become(Role newRole, Optional<NodeId> newPrimary, SlotRanges newSlots, long newEpoch, long now) {
        role = newRole;
        primary = newPrimary;
        slots = newSlots;
        epoch = newEpoch;
        currentEpoch = Math.max(currentEpoch, newEpoch);
        List<Integer> mine = new ArrayList<>();
        for (int i = 0; i < SAMPLES && !slots.isEmpty(); i++) {
            int slot = i * (SlotRanges.ALL / SAMPLES);
            if (slots.intersects(SlotRanges.of(slot, slot))) {
                mine.add(slot);
            }
        }
        samples = mine;
        announce(now);
    }

    void tell(String newTold, long now) {
        told = newTold;
        announce(now);
    }

    /** Says anew what it is. */
    void announce(long now) {
        claim = claimed();
        version++;
        changedAt = now;
        owners = Optional.empty();
    }

    private Claim claimed() {
        boolean noFailover = "yes".equals(settings.get(Setting.REPLICA_NO_FAILOVER));
        return new Claim(id, ip, role, primary, slots, epoch, noFailover);
    }

    void hear(Claim other, long otherVersion) {
        known.put(other.id(), other);
        heard.put(other.id(), otherVersion);
        currentEpoch = Math.max(currentEpoch, other.epoch());
        owners = Optional.empty();
    }

    void forget(NodeId other) {
        known.remove(other);
        heard.remove(other);
        owners = Optional.empty();
    }

    void forgetAll() {
        known.clear();
        heard.clear();
        owners = Optional.empty();
    }

    /** Who owns what, in its eyes. */
    Map<NodeId, SlotRanges> owners() {
        if (owners.isEmpty()) {
            List<Claim> all = new ArrayList<>(known.values());
            all.add(claim);
            owners = Optional.of(Claim.owners(all));
        }
        return owners.get();
    }

    @Override
    public String toString() {
        return name;
    }
}
