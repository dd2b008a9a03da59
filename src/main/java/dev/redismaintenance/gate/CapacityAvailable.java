package dev.redismaintenance.gate;

import static dev.redismaintenance.gate.GateName.CapacityAvailable;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Role;
import java.util.Map;
import java.util.stream.Collectors;

/** Do the nodes that are to take slots have the memory for them? {@link Room} says what a node may take. */
final class CapacityAvailable implements Gate {
    @Override
    public Verdict ask(Question question) {
        Map<NodeId, Long> incoming = question.moving().incoming();
        long unplaced = question.moving().unplaced();
        long all = incoming.values().stream().mapToLong(Long::longValue).sum() + unplaced;
        if (all == 0 && incoming.isEmpty()) {
            return Verdict.passed(CapacityAvailable, "no slot has to move");
        }
        long missing = unplaced + incoming.entrySet().stream().mapToLong(e -> Math.max(0, e.getValue() - room(question, e.getKey()))).sum();
        String rooms = question.now().all().stream().filter(m -> incoming.containsKey(m.id()) || unplaced > 0 && takes(question, m))
                .map(m -> m.name() + " " + Room.text(Room.of(question.now(), m))).collect(Collectors.joining(", "));
        if (missing > 0) {
            return Verdict.refused(CapacityAvailable, Room.text(all) + " have to move and there is no room for " + Room.text(missing)
                    + " of them; room: " + (rooms.isEmpty() ? "no other primary is available" : rooms)
                    + ". Raise maxmemory or the container's memory limit, add a primary or a replica, or delete data");
        }
        return Verdict.passed(CapacityAvailable, Room.text(all) + " have to move; room: " + rooms);
    }

    private static boolean takes(Question question, Member m) {
        return m.role() == Role.PRIMARY && m.available() && !question.gone().contains(m.id());
    }

    private static long room(Question question, NodeId id) {
        return question.now().member(id).map(m -> Room.of(question.now(), m)).orElse(0L);
    }
}
