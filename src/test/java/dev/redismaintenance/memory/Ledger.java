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

/**
 * A client that writes all the time and remembers what was acknowledged. Every slot's value only grows, so a write is lost
 * when the slot's owner holds a smaller value than the one that was acknowledged last.
 */
final class Ledger {
    /** What one write adds to the stream, in bytes. */
    static final long WRITE = 100;

    private final Bus bus;
    private final Map<Integer, Long> acknowledged = new HashMap<>();
    private long written;
    private long excused;

    Ledger(Bus bus) {
        this.bus = bus;
    }

    /** One write to each slot, at the node that owns it in its own eyes; a paused or unready one leaves the client waiting. */
    void write() {
        for (MemoryNode node : bus.nodes()) {
            if (node.up && node.role() == Role.PRIMARY && bus.majorityOf(node) && node.loading == 0 && node.pausedUntil <= bus.now() && enoughReplicas(node)) {
                for (int slot : node.samples()) {
                    MemoryNode holder = holder(node, slot);
                    if (!holder.up) {
                        continue;
                    }
                    long value = Math.max(acknowledged.getOrDefault(slot, 0L), holder.data.getOrDefault(slot, 0L)) + 1;
                    holder.data.put(slot, value);
                    node.offset += WRITE;
                    acknowledged.put(slot, value);
                    written++;
                }
            }
        }
    }

    /** The owner, or the node to which it sends the client on ({@code ASK}) with a key that has moved already. */
    private MemoryNode holder(MemoryNode owner, int slot) {
        String half = "[" + slot + "->-";
        return owner.data.containsKey(slot) ? owner : owner.openSlots.stream().filter(text -> text.startsWith(half)).findFirst()
                .flatMap(text -> bus.node(new NodeId(text.substring(half.length(), text.length() - 1)))).orElse(owner);
    }

    private boolean enoughReplicas(MemoryNode node) {
        String demanded = node.settings.getOrDefault(Setting.MIN_REPLICAS_TO_WRITE, "0");
        return demanded.equals("0") || bus.nodes().stream().filter(r -> r.replicaOf(node.id) && r.up && !r.linkCut && r.syncLeft == 0).count()
                >= Integer.parseInt(demanded);
    }

    long written() {
        return written;
    }

    /** Writes that a crash took, which no operator can prevent. */
    long excused() {
        return excused;
    }

    void excuse(MemoryNode survivor) {
        for (int slot : survivor.samples()) {
            long held = survivor.data.getOrDefault(slot, 0L);
            excused += acknowledged.getOrDefault(slot, 0L) - held;
            acknowledged.put(slot, held);
        }
    }

    /** Acknowledged writes that the owner of their slot does not hold, in words. */
    List<String> lost() {
        Map<NodeId, SlotRanges> owners = bus.truth();
        List<String> lost = new ArrayList<>();
        for (MemoryNode node : bus.nodes()) {
            if (owners.containsKey(node.id)) {
                for (int slot : node.samples()) {
                    boolean owned = Optional.ofNullable(owners.get(node.id))
                            .filter(s -> s.intersects(SlotRanges.of(slot, slot))).isPresent();
                    long held = holder(node, slot).data.getOrDefault(slot, 0L);
                    long acked = acknowledged.getOrDefault(slot, 0L);
                    if (owned && held < acked) {
                        lost.add("slot " + slot + ": " + node.name + " holds write " + held + " and " + acked + " was acknowledged");
                    }
                }
            }
        }
        return lost;
    }
}
