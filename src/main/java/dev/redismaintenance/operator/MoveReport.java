package dev.redismaintenance.operator;

import dev.redismaintenance.api.FailureTolerance;
import dev.redismaintenance.api.MoveStatus;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.plan.BigKeyText;
import dev.redismaintenance.plan.Recorded;
import dev.redismaintenance.plan.Situation;
import dev.redismaintenance.plan.SlotsSeen;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What does the status say of slots on their way, and of how many failures the cluster survives? Numbers are rounded so that a
 * long move writes a few hundred statuses, not one a look.
 */
final class MoveReport {
    private static final long MILLIS = 1000;
    private static final long COARSE_SECONDS = 10;

    private final Situation s;
    private final NodeMaintenanceStatus previous;
    private final boolean entering;

    MoveReport(Situation situation, NodeMaintenanceStatus previous, boolean entering) {
        this.s = situation;
        this.previous = previous;
        this.entering = entering;
    }

    void fill(NodeMaintenanceStatus status) {
        if (s.slots().moving()) {
            status.setMove(moving(s.slots().working().orElseThrow()));
        } else {
            List<String> big = bigKeys();
            if (!big.isEmpty()) {
                MoveStatus announced = new MoveStatus();
                announced.setBigKeys(big);
                status.setMove(announced);
            }
        }
        if (!s.view().all().isEmpty()) {
            status.setFailureTolerance(tolerance());
        }
    }

    private MoveStatus moving(SlotsSeen.Working w) {
        MoveStatus move = new MoveStatus();
        List<Transfer> transfers = w.transfers();
        s.view().member(transfers.get(0).from()).flatMap(Member::report).map(NodeReport::way).ifPresent(way -> move.setWay(way.words()));
        move.setTotalBytes(w.bytes());
        move.setPercent(w.bytes() == 0 ? 0 : (int) Math.min(99, w.moved() * 100 / w.bytes()));
        long rate = w.millis() == 0 ? 0 : w.moved() * MILLIS / w.millis();
        if (rate > 0) {
            move.setBytesPerSecond(twoDigits(rate));
            long seconds = Math.max(0, w.bytes() - w.moved()) / rate;
            move.setSecondsLeft(seconds < COARSE_SECONDS ? seconds : seconds / COARSE_SECONDS * COARSE_SECONDS);
        }
        move.setSlotsLeft(slotsLeft());
        move.setBigKeys(bigKeys());
        return move;
    }

    private int slotsLeft() {
        int owned = s.target().map(t -> t.slots().count()).orElse(0);
        return entering ? owned : s.recorded().map(r -> r.placement().own().slots().minus(s.target().map(Member::slots)
                .orElse(SlotRanges.NONE)).count()).orElse(0);
    }

    private List<String> bigKeys() {
        return s.slots().counted().values().stream().map(Inventory::bigKeys).flatMap(List::stream).limit(20).map(BigKeyText::of).toList();
    }

    private static long twoDigits(long value) {
        long unit = 1;
        while (value / unit >= 100) {
            unit *= 10;
        }
        return value / unit * unit;
    }

    private FailureTolerance tolerance() {
        FailureTolerance t = new FailureTolerance();
        int now = s.view().survivableFailures(Set.of());
        Optional<Integer> before = Optional.ofNullable(previous.getFailureTolerance()).map(FailureTolerance::getBefore);
        t.setBefore(s.begun() || !entering ? before.orElse(now) : Integer.valueOf(now));
        t.setNow(now);
        t.setInMaintenance(entering ? inMaintenance() : Optional.ofNullable(previous.getFailureTolerance()).map(FailureTolerance::getInMaintenance).orElse(null));
        return t;
    }

    /** Slots that are still to go are counted as gone where they were told to go; a shard that is still to be handed over keeps its vote. */
    private Integer inMaintenance() {
        NodeId node = s.node().orElseThrow();
        List<Transfer> told = s.recorded().map(Recorded::transfers).orElse(List.of());
        Optional<Member> target = s.target().filter(Member::voter);
        if (target.isEmpty() || !told.isEmpty()) {
            List<Transfer> rest = told.stream().map(t -> new Transfer(node, t.to(), t.slots().common(target.map(Member::slots)
                    .orElse(SlotRanges.NONE)))).filter(t -> !t.slots().isEmpty()).toList();
            return s.view().afterMoves(rest).survivableFailures(s.machineOfTarget());
        }
        return Optional.ofNullable(previous.getFailureTolerance()).map(FailureTolerance::getInMaintenance).orElse(null);
    }
}
