package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What becomes of slots that this maintenance moved and that nobody claims any more?
 *
 * <p>A target that has taken a slot and is replaced by its replica before that one has heard of it leaves the slot without an owner, when
 * the source has given it up already (redis 7.0, measured). Two operators at once can leave each end saying that the other has it
 * (redis 8.0, seen once). Its keys are on one of the two ends, so that end takes it:
 * <ol>
 * <li>only slots that were told to go by this maintenance, and only while nothing moves: in between, one look may see a slot with
 *     nobody because its two ends were asked one after the other;</li>
 * <li>only when every primary answers and none is held for failed: one that is silent may own it;</li>
 * <li>whether still nobody claims it, and which of the two has the keys, is looked up when the step is carried out, just before it is
 *     done; keys on both sides are for a person to decide.</li>
 * </ol>
 */
final class Unowned {
    private Unowned() {
    }

    static Optional<Decision> adopt(Situation s, Reason reason) {
        SlotRanges ours = s.ours();
        // who says to own what is a question to every server's every line
        SlotRanges lost = ours.isEmpty() ? ours : s.view().unclaimed().common(ours);
        if (lost.isEmpty() || s.slots().moving() || !s.view().activeJobs().isEmpty()) {
            return Optional.empty();
        }
        String silent = s.view().all().stream().filter(m -> m.role() == Role.PRIMARY && (!m.reachable() || m.failing())).map(Member::name)
                .collect(Collectors.joining(", "));
        if (!silent.isEmpty()) {
            return Optional.of(Decisions.wait(reason, "slots " + lost + " have no owner, and " + silent + " does not answer and may be it"));
        }
        List<Transfer> ends = new ArrayList<>();
        for (Transfer t : s.recorded().orElseThrow().transfers()) {
            SlotRanges slots = t.slots().common(lost);
            Optional<Member> from = s.view().primaryOf(t.from());
            Optional<Member> to = s.view().primaryOf(t.to());
            if (!slots.isEmpty() && from.isPresent() && to.isPresent()) {
                ends.add(new Transfer(from.get().id(), to.get().id(), slots));
            }
        }
        if (!ends.isEmpty()) {
            return Optional.of(Decisions.act(new Step.Adopt(ends), reason, ends.stream().map(t -> "slots " + t.slots() + " have no owner any more; the one of "
                    + s.view().nameOf(t.to()) + " and " + s.view().nameOf(t.from()) + " that has their keys takes them").collect(Collectors.joining("; "))));
        }
        return Optional.of(Decisions.wait(reason, "slots " + lost + " have no owner, and neither end of their move is there; assign them to the node that has their keys"));
    }
}
