package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.gate.Peer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * In which order do the cluster nodes of a Kubernetes Node come back, and what would be done for each?
 * <ol>
 * <li>They come one after another, and each is rehearsed ({@link Rehearsal}) on the cluster as the ones before it would leave it.</li>
 * <li>One that is refused does not hold up the others: they are rehearsed beside it, and whenever one of them is back it is tried again.
 * (A replica is refused as long as the slots of its shard are on loan elsewhere, for the sake of its primary.)</li>
 * <li>Behind one that waits for what only the real cluster can show nothing is foreseen, for nobody's turn comes before it is back.</li>
 * </ol>
 * A pure function.
 */
public final class MachineReturn {
    private final List<Turn> turns = new ArrayList<>();

    private MachineReturn() {
    }

    /**
     * What one node's way back is decided from.
     *
     * @param blocked why nothing can be decided at all, where it cannot
     */
    public record Candidate(Situation situation, Request request, Optional<Decision> blocked) {
    }

    private record Turn(Candidate candidate, MachineRehearsal.One one) {
    }

    static List<Part> lastFirst(List<Part> parts) {
        List<Part> begun = new ArrayList<>(parts.stream().filter(Part::begun).toList());
        Collections.reverse(begun);
        return begun;
    }

    /** Pods in the order in which they come back: whoever does so already, whatever is asked for, then the others. One that has come to a stop is awaited by nobody. */
    public static List<String> order(List<Part> parts) {
        Stream<Part> ending = lastFirst(parts).stream().filter(p -> p.state() == Part.State.ENDING);
        return Stream.concat(ending.map(Part::pod), toEnd(parts).stream()).distinct().toList();
    }

    /** Pods that nobody has told to come back yet. */
    static List<String> toEnd(List<Part> parts) {
        return lastFirst(parts).stream().filter(p -> !p.state().ending()).map(Part::pod).toList();
    }

    /** Behind what is foreseen all others come as well; the steps of those that come already are not of this plan. */
    static Stream<MachinePlanner.Foreseen> foreseen(List<Part> parts, Optional<MachineRehearsal> rehearsal) {
        List<String> pods = new ArrayList<>(toEnd(parts));
        List<MachinePlanner.Foreseen> steps = new ArrayList<>();
        for (MachineRehearsal.One one : rehearsal.map(MachineRehearsal::parts).orElse(List.of())) {
            if (pods.remove(one.pod())) {
                steps.add(end(one.pod(), one.rehearsal().steps()));
            } else if (toEnd(parts).contains(one.pod())) {
                MachinePlanner.Foreseen before = steps.remove(steps.size() - 1);
                steps.add(new MachinePlanner.Foreseen(before.step(), before.target(), before.message(),
                        Stream.concat(before.within().stream(), one.rehearsal().steps().stream()).toList()));
            }
        }
        return Stream.concat(steps.stream(), pods.stream().map(pod -> end(pod, List.of())));
    }

    private static MachinePlanner.Foreseen end(String pod, List<Rehearsal.Foreseen> within) {
        return new MachinePlanner.Foreseen(new Step.EndPod(pod), pod, "the NodeMaintenance of pod " + pod + " is deleted, and the pod comes back", within);
    }

    /** @param order whose turn comes first; who is tried again has a turn more */
    public static MachineRehearsal of(List<Candidate> order) {
        MachineReturn all = new MachineReturn();
        for (Candidate c : order) {
            if (!all.goesOn(c, all.rehearsed(c, c.situation(), 0))) {
                break;
            }
        }
        return new MachineRehearsal(all.turns.stream().map(Turn::one).toList());
    }

    /** @param from the first of the turns that this situation does not know */
    private MachineRehearsal.One rehearsed(Candidate c, Situation situation, int from) {
        Situation now = situation;
        for (Turn before : turns.subList(from, turns.size())) {
            now = after(now, before.candidate().request().name(), before.one().rehearsal());
        }
        Situation s = now;
        return new MachineRehearsal.One(c.request().podName(), c.blocked().map(why -> new Rehearsal(List.of(), why, 0, s)).orElseGet(() -> Rehearsal.of(s, c.request(), false)));
    }

    private boolean goesOn(Candidate c, MachineRehearsal.One one) {
        turns.add(new Turn(c, one));
        return one.refused() || one.arrives() && tryAgain();
    }

    private boolean tryAgain() {
        for (int i = 0; i < turns.size(); i++) {
            Turn turn = turns.get(i);
            boolean latest = turns.subList(i + 1, turns.size()).stream().noneMatch(t -> t.candidate() == turn.candidate());
            if (latest && turn.one().refused()) {
                MachineRehearsal.One again = rehearsed(turn.candidate(), turn.one().rehearsal().last(), i + 1);
                if (!again.refused() || !again.rehearsal().steps().isEmpty()) {
                    return goesOn(turn.candidate(), again);
                }
            }
        }
        return true;
    }

    /** The situation of one node when the maintenance of another one of its cluster has ended, or has come to a stop; of another cluster nothing changes. */
    private static Situation after(Situation s, String maintenance, Rehearsal before) {
        Situation last = before.last();
        if (s.node().flatMap(last.view()::member).isEmpty()) {
            return s;
        }
        boolean ended = before.end() instanceof Decision.Done;
        List<Peer> peers = s.peers().stream().filter(p -> !ended || !p.name().equals(maintenance))
                .map(p -> p.name().equals(maintenance) ? new Peer(p.name(), p.podName(), p.node(), false, p.earlier(), p.begun(), true, p.machine()) : p).toList();
        Set<NodeId> lent = new HashSet<>(s.lent());
        SlotRanges guests = s.guests();
        if (last.recorded().isEmpty()) {
            // what both say is of neither of the two snapshots
            lent.retainAll(last.lent());
            guests = guests.common(last.guests());
        }
        return s.leftBy(last.view(), peers, lent, guests);
    }
}
