package dev.redismaintenance.memory;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How a replica becomes the primary: asked to by somebody, or chosen because the primary is dead. */
final class Elections {
    private final Bus bus;
    private final Replicas replicas;
    private final Ledger ledger;
    private final List<Attempt> attempts = new ArrayList<>();
    private int lost;
    private int timedOut;
    private int persons;

    private record Attempt(MemoryNode replica, MemoryNode from, long started, boolean spoilt, boolean person) {
    }

    Elections(Bus bus, Replicas replicas, Ledger ledger) {
        this.bus = bus;
        this.replicas = replicas;
        this.ledger = ledger;
    }

    /** Failovers that came to nothing because another was going on. */
    int lost() {
        return lost;
    }

    /** Failovers that only stalled the shard's writes. */
    int timedOut() {
        return timedOut;
    }

    /** Failovers that a person asked for and that took place. */
    int persons() {
        return persons;
    }

    boolean running() {
        return !attempts.isEmpty();
    }

    /**
     * {@code CLUSTER FAILOVER}: the primary pauses its writes; whether anything comes of it shows later.
     *
     * @param person it is a person who asks
     */
    void ask(MemoryNode replica, MemoryNode primary, boolean person) {
        boolean again = attempts.removeIf(a -> a.replica() == replica);
        boolean spoilt = !again && !attempts.isEmpty();
        lost += spoilt ? 1 : 0;
        attempts.add(new Attempt(replica, primary, bus.now(), spoilt, person));
        primary.pausedUntil = Math.max(primary.pausedUntil, bus.now() + Timing.PAUSE);
    }

    void advance() {
        for (Attempt attempt : List.copyOf(attempts)) {
            MemoryNode replica = attempt.replica();
            if (!replica.up || !attempt.from().up || !replica.replicaOf(attempt.from().id)) {
                attempts.remove(attempt);
            } else if (bus.now() - attempt.started() > Timing.MANUAL_TIMEOUT) {
                attempts.remove(attempt);
                timedOut++;
            } else if (!attempt.spoilt() && bus.now() - attempt.started() >= bus.timing.failover()
                    && replicas.linkUp(replica) && replica.lag == 0 && granted(replica, attempt.from())) {
                attempts.remove(attempt);
                persons += attempt.person() ? 1 : 0;
                replica.data.clear();
                replica.data.putAll(attempt.from().data);
                replica.offset = attempt.from().offset;
                promote(replica, attempt.from());
            }
        }
        elect();
    }

    /** The votes of those that see the candidate as a replica of that primary; the primary itself votes too. */
    private boolean granted(MemoryNode candidate, MemoryNode from) {
        List<MemoryNode> voters = bus.voters();
        long votes = voters.stream().filter(v -> v.up && bus.linked(v, candidate)).filter(v -> !v.flavour.deniesUnknownReplicas()
                || Optional.ofNullable(v.known.get(candidate.id)).filter(c -> c.role() == Role.REPLICA && c.primary().filter(from.id::equals).isPresent()).isPresent())
                .count();
        return votes >= voters.size() / 2 + 1;
    }

    private void promote(MemoryNode replica, MemoryNode from) {
        long epoch = bus.nodes().stream().mapToLong(n -> Math.max(n.currentEpoch, n.epoch())).max().orElse(0) + 1;
        NodeId id = from.id;
        SlotRanges slots = bus.truth().getOrDefault(id, SlotRanges.NONE);
        replica.become(Role.PRIMARY, Optional.empty(), slots, epoch, bus.now());
        replica.syncLeft = 0;
    }

    /** One a tick: the votes of an epoch go to one candidate. */
    private void elect() {
        if (!bus.majorityUp()) {
            return;
        }
        for (MemoryNode dead : bus.voters()) {
            if (!dead.up && bus.now() - dead.downSince >= bus.timing.failure() + 2) {
                Optional<MemoryNode> heir = replicas.of(dead).stream()
                        .filter(r -> r.up && bus.majorityOf(r) && r.syncLeft == 0 && r.loading == 0 && !r.alone() && (r.offset > 0 || dead.offset == 0))
                        .filter(r -> !"yes".equals(r.settings.get(Setting.REPLICA_NO_FAILOVER)))
                        .max(Comparator.comparingLong((MemoryNode r) -> r.offset).thenComparing(r -> r.id));
                if (heir.isPresent()) {
                    promote(heir.get(), dead);
                    ledger.excuse(heir.get());
                    return;
                }
            }
        }
    }
}
