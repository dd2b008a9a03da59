package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.BigKey;
import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.gate.GateName;
import dev.redismaintenance.gate.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The next step of a primary that keeps its role and gives its slots away.
 *
 * <ol>
 * <li>A worker counts what the slots hold; a primary that lacks a function library of the node takes none of them.</li>
 * <li>{@link Destinations} makes the whole plan, and every gate is asked for the cluster after it, before anything is changed.</li>
 * <li>Replicas of the node are pinned to it: else they, like the node itself, would follow the taker of its last slot (measured).</li>
 * <li>Where each slot is to go is noted in the snapshot. What holds the source up is changed ({@link SourceSetting}).</li>
 * <li>All slots but one move. That one, the emptiest, keeps the node's vote while it is up: until it goes the next failure of
 *     another node is still survived (measured).</li>
 * <li>The last slot moves, by itself: Redis makes a primary whose slots all go in one message a replica of the taker.</li>
 * </ol>
 *
 * <p>Properties: as {@link EnterPlanner}; the plan is made anew from what is left, so only what is half-way binds it. While a worker
 * moves slots, a voter that fails stops it (no slot stays half-way); it goes on when the gates pass again.
 */
final class SlotsOut {
    private static final long MANY = 10_000;

    private final Situation s;
    private final Member target;

    SlotsOut(Situation situation, Member target) {
        this.s = situation;
        this.target = target;
    }

    /** Before anything is changed. Empty: the gates pass. */
    Optional<Decision> admit() {
        // what would refuse anyway does so before the servers are troubled with counting; the node's own copies go with its slots
        List<Verdict> before = Decisions.ask(s, s.view(), s.goneWithTarget(), s.machineOfTarget()).stream()
                .filter(v -> v.gate() != GateName.RedundancyKept).toList();
        Optional<Decision> uncounted = Decisions.blocked(before, Reason.GateRefused).or(this::count).or(this::librariesMissing);
        if (uncounted.isPresent()) {
            return uncounted;
        }
        Destinations.Plan plan = plan(target.slots());
        List<Verdict> verdicts = Decisions.askForSlots(s, plan, s.goneWithTarget(), s.machineOfTarget());
        return blocked(plan, verdicts).or(() -> tooBig().map(why -> new Decision.Refuse(Reason.KeyTooBig, why, verdicts)));
    }

    /** After closing. Empty: the node owns no slot. */
    Optional<Decision> move() {
        if (target.slots().isEmpty()) {
            return Optional.empty();
        }
        if (s.slots().moving()) {
            return Optional.of(watch());
        }
        if (s.slots().failure().filter(f -> !f.outOfMemory()).isPresent()) {
            return s.slots().failure().map(f -> Decisions.wait(Reason.MovingSlots, "moving the slots of " + target.name()
                    + " came to a stop and is tried again: " + f.message()));
        }
        if (!target.reachable()) {
            return Optional.of(Decisions.wait(Reason.WaitingForPod, target.name() + " owns slots and does not answer, so they cannot move"));
        }
        return count().or(this::librariesMissing).or(this::pinReplicas).or(this::next);
    }

    /** Slots without a place are the reason why the node would be left with a copy. */
    private static Optional<Decision> blocked(Destinations.Plan plan, List<Verdict> verdicts) {
        return Decisions.blocked(verdicts.stream().filter(v -> plan.unplacedSlots().isEmpty() || v.gate() != GateName.RedundancyKept).toList(), Reason.GateRefused);
    }

    private Optional<Decision> count() {
        Map<NodeId, SlotRanges> uncounted = uncounted();
        if (uncounted.isEmpty()) {
            return Optional.empty();
        }
        String what = "counting what the slots " + target.slots() + " of " + target.name() + " hold";
        if (s.slots().failure().isPresent()) {
            return s.slots().failure().map(f -> Decisions.wait(Reason.CountingSlots, what + " came to nothing and is tried again: " + f.message()));
        }
        return Optional.of(s.slots().working().isPresent() ? Decisions.wait(Reason.CountingSlots, what)
                : Decisions.act(new Step.CountSlots(uncounted), Reason.CountingSlots, what));
    }

    /** All of them when the node's own count does not hold any more: then nor do the others'. */
    private Map<NodeId, SlotRanges> uncounted() {
        Map<NodeId, SlotRanges> all = toCount();
        if (Optional.ofNullable(s.slots().counted().get(target.id())).filter(this::stillTrue).isPresent()) {
            all.keySet().removeAll(s.slots().counted().keySet());
        }
        return all;
    }

    /** The node's slots; of those that may take them nothing but their function libraries. */
    private Map<NodeId, SlotRanges> toCount() {
        Map<NodeId, SlotRanges> all = new TreeMap<>();
        Set<NodeId> gone = s.goneWithTarget();
        s.view().all().stream().filter(m -> m.role() == Role.PRIMARY && m.available() && !gone.contains(m.id()))
                .forEach(m -> all.put(m.id(), SlotRanges.NONE));
        all.put(target.id(), target.slots());
        return all;
    }

    /** Functions do not move with slots: who lacks a library of the node is no taker. */
    private Set<NodeId> withoutLibraries() {
        Set<String> needed = s.slots().counted().get(target.id()).libraries();
        return s.slots().counted().entrySet().stream().filter(e -> !e.getValue().libraries().containsAll(needed)).map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Optional<Decision> librariesMissing() {
        Set<NodeId> lacking = withoutLibraries();
        boolean nobodyLeft = toCount().keySet().stream().allMatch(id -> id.equals(target.id()) || lacking.contains(id));
        return lacking.isEmpty() || !nobodyLeft ? Optional.empty() : Optional.of(Decisions.refuse(Reason.LibrariesMissing, "the function libraries "
                + s.slots().counted().get(target.id()).libraries() + " of " + target.name() + " do not move with its slots, and "
                + lacking.stream().map(s.view()::nameOf).collect(Collectors.joining(", ")) + " lack(s) some; load them there (FUNCTION LOAD)"));
    }

    /** A request that is refused for hours is not judged by what there was in the beginning. */
    private boolean stillTrue(Inventory inventory) {
        long now = target.report().map(r -> r.keys()).orElse(0L);
        long then = inventory.keys(target.slots());
        return s.slots().moving() || inventory.covers(target.slots()) && Math.abs(now - then) <= Math.max(MANY, then / 4);
    }

    private Destinations.Plan plan(SlotRanges slots) {
        Set<NodeId> noTakers = new TreeSet<>(s.goneWithTarget());
        noTakers.addAll(withoutLibraries());
        return Destinations.of(s.view(), target, slots, s.slots().counted().get(target.id()), noTakers,
                s.recorded().filter(Recorded::thisActivation).map(Recorded::transfers).orElse(List.of()));
    }

    /** A server that is blocked for long enough is taken for failed; half of that time is where caution ends. */
    private Optional<String> tooBig() {
        Duration timeout = target.report().flatMap(NodeReport::nodeTimeout).orElse(Duration.ofSeconds(15));
        List<BigKey> keys = s.slots().counted().get(target.id()).bigKeys().stream()
                .filter(k -> k.blocks().multipliedBy(2).compareTo(timeout) > 0).toList();
        return keys.isEmpty() ? Optional.empty() : Optional.of(keys.size() + " key(s) cannot move without blocking the servers for so long that they would be"
                + " taken for failed (" + Setting.NODE_TIMEOUT + " " + timeout.toMillis() + " ms): "
                + keys.stream().limit(3).map(BigKeyText::of).collect(Collectors.joining("; "))
                + "; split or delete them, or hand the shard over instead: add a replica or an empty node, and leave demoteNode unset");
    }

    private Decision watch() {
        List<Member> down = s.view().voters().filter(m -> !m.goodVoter()).toList();
        if (!down.isEmpty()) {
            return Decisions.act(new Step.StopSlots(Set.of()), Reason.MovingSlots, "stopping, since "
                    + down.stream().map(Member::name).collect(Collectors.joining(", ")) + " is not in order; goes on when all voters are");
        }
        return Decisions.wait(Reason.MovingSlots, "the slots of " + target.name() + " are moving");
    }

    private Optional<Decision> pinReplicas() {
        return s.view().replicasOf(target.id()).stream().flatMap(r -> Pin.pin(r, s.recorded()).stream()).findFirst();
    }

    private Optional<Decision> next() {
        Inventory inventory = s.slots().counted().get(target.id());
        Destinations.Plan whole = plan(target.slots());
        SlotRanges going = target.slots().minus(keeper(inventory));
        List<Transfer> now = whole.transfers().stream().map(t -> new Transfer(t.from(), t.to(), t.slots().common(going)))
                .filter(t -> !t.slots().isEmpty()).toList();
        List<Verdict> verdicts = Decisions.askForSlots(s, whole, s.goneWithTarget(), Set.of(target.id()));
        Optional<Decision> blocked = blocked(whole, othersTurnIsOver(verdicts));
        if (blocked.isPresent()) {
            return blocked;
        }
        if (!told(whole.transfers())) {
            return Optional.of(new Decision.Act(new Step.RecordTransfers(merged(whole.transfers())), Reason.MovingSlots,
                    "noting where the slots of " + target.name() + " are to go", verdicts));
        }
        return SourceSetting.change(s, target.id()).or(() -> Optional.of(new Decision.Act(new Step.MoveSlots(now), Reason.MovingSlots,
                "moving the slots of " + target.name() + ": " + now.stream().map(t -> t.slots() + " to " + s.view().nameOf(t.to())).collect(Collectors.joining(", ")),
                verdicts)));
    }

    /** Slots that are half-way are not left lying for another maintenance's sake. */
    private List<Verdict> othersTurnIsOver(List<Verdict> verdicts) {
        boolean open = s.view().openSlots().stream().anyMatch(o -> o.source().equals(target.id()) && s.ours().contains(o.slot()));
        return open ? verdicts.stream().filter(v -> v.gate() != GateName.NoOtherOperation).toList() : verdicts;
    }

    /** The slot that goes last: the one with the fewest bytes, none when it is the only one. */
    private SlotRanges keeper(Inventory inventory) {
        SlotRanges open = SlotRanges.of(s.view().openSlots().stream().filter(o -> o.source().equals(target.id())).map(o -> o.slot()).toList());
        return target.slots().count() == 1 ? SlotRanges.NONE : target.slots().minus(open).stream().boxed()
                .min(Comparator.comparing((Integer slot) -> inventory.bytes(slot)).thenComparing(slot -> inventory.keys(slot)).thenComparing(slot -> slot))
                .map(slot -> SlotRanges.of(slot, slot)).orElse(SlotRanges.NONE);
    }

    private boolean told(List<Transfer> plan) {
        return plan.stream().allMatch(t -> t.slots().minus(toldTo(t.to())).isEmpty());
    }

    private SlotRanges toldTo(NodeId taker) {
        return s.recorded().map(Recorded::transfers).orElse(List.of()).stream().filter(t -> t.to().equals(taker)).map(Transfer::slots)
                .reduce(SlotRanges.NONE, SlotRanges::plus);
    }

    /** What has gone already keeps its note; what is still to go gets the new one. */
    private List<Transfer> merged(List<Transfer> plan) {
        SlotRanges replanned = plan.stream().map(Transfer::slots).reduce(SlotRanges.NONE, SlotRanges::plus);
        List<Transfer> all = new ArrayList<>();
        s.recorded().map(Recorded::transfers).orElse(List.of()).stream().map(t -> new Transfer(t.from(), t.to(), t.slots().minus(replanned)))
                .filter(t -> !t.slots().isEmpty()).forEach(all::add);
        all.addAll(plan);
        return all.stream().collect(Collectors.groupingBy(Transfer::to, TreeMap::new, Collectors.toList())).entrySet().stream()
                .map(e -> new Transfer(target.id(), e.getKey(), e.getValue().stream().map(Transfer::slots).reduce(SlotRanges.NONE, SlotRanges::plus)))
                .toList();
    }
}
