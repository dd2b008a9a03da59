package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.MoveWay;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Setting;
import java.util.List;
import java.util.Optional;

/**
 * Would an atomic job of this source wait for the server's clock before it hands its slots over?
 *
 * <p>A job that has been copied pauses the writes at once when no more than {@code slot-migration-max-failover-repl-bytes} of its stream
 * are unsent, and else looks again on a clock of 100 ms. By default that is nothing, so what clients have written to the slots
 * meanwhile makes it wait, and the hand-over then falls together with the fork for the next job: moves and pauses become longer (Valkey
 * 9.1.2, {@code slotExportTryDoPause}; measured). What is unsent when the pause begins is sent before the target takes over, whatever the
 * limit is.
 */
final class HandOverBytes {
    private static final long GIVEN = Long.parseLong(Setting.given(Setting.HANDOVER_BYTES));

    private HandOverBytes() {
    }

    /** The step that lets it, where the source has that setting, it is lower, and what to put back later was recorded. */
    static Optional<Decision> allow(Situation s, NodeId source, Reason reason) {
        String name = Setting.HANDOVER_BYTES;
        boolean recorded = s.recorded().flatMap(r -> r.placement().setting(source, name)).filter(HandOverBytes::lower).isPresent();
        boolean refused = s.denied().getOrDefault(source, List.of()).contains("config|set");
        if (!recorded || refused) {
            return Optional.empty();
        }
        return s.view().member(source).flatMap(Member::report).filter(r -> r.way() == MoveWay.ATOMIC_FROM_SOURCE)
                .flatMap(r -> r.setting(name)).filter(HandOverBytes::lower)
                .map(actual -> Decisions.act(new Step.SetSetting(source, name, Setting.given(name)), reason,
                        "setting " + name + " " + Setting.given(name) + " on " + s.view().nameOf(source) + ", so that its jobs hand over without waiting"));
    }

    /** Below zero there is no limit. */
    private static boolean lower(String value) {
        long bytes = Long.parseLong(value);
        return bytes >= 0 && bytes < GIVEN;
    }
}
