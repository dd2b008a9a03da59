package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.MoveWay;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Setting;
import java.util.Optional;

/**
 * Would an atomic job of this source wait for the server's clock before it hands its slots over?
 *
 * <p>A job that has been copied pauses the writes at once when no more than {@code slot-migration-max-failover-repl-bytes} of its stream
 * are unsent, and else looks again on a clock of 100 ms. By default that is nothing but a small buffer, so what clients have written to
 * the slots meanwhile makes it wait, and the hand-over then falls together with the fork for the next job: moves and pauses become longer
 * (Valkey 9.1.2, {@code slotExportTryDoPause}). The target takes over only when it has worked off all that was unsent, whatever
 * the limit is: the mark of the pause comes behind it in the same stream.
 */
final class HandOverBytes {
    private static final long GIVEN = Long.parseLong(Setting.given(Setting.HANDOVER_BYTES));

    private HandOverBytes() {
    }

    /**
     * The step that lets it, where the source has that setting as it was recorded, and that is lower. Not while another maintenance puts
     * back what it has changed: it could not tell this from its own, and the two would set and unset it in turns.
     */
    static Optional<Decision> allow(Situation s, NodeId source) {
        String name = Setting.HANDOVER_BYTES;
        Optional<String> recorded = s.recorded().flatMap(r -> r.placement().setting(source, name)).filter(HandOverBytes::lower);
        boolean puttingBack = s.peers().stream().anyMatch(peer -> peer.begun() && !peer.wants());
        if (recorded.isEmpty() || Decisions.settingsDenied(s, source) || puttingBack) {
            return Optional.empty();
        }
        return s.view().member(source).flatMap(Member::report).filter(r -> r.way() == MoveWay.ATOMIC_FROM_SOURCE)
                .flatMap(r -> r.setting(name)).filter(recorded.get()::equals)
                .map(actual -> Decisions.act(new Step.SetSetting(source, name, Setting.given(name)), Reason.PreparingMove,
                        "setting " + name + " " + Setting.given(name) + " on " + s.view().nameOf(source) + ", so that its jobs hand over without waiting"));
    }

    /** Is it one that maintenance raises? Below zero there is no limit; what is no number somebody has written into a snapshot. */
    static boolean lower(String value) {
        return value.matches("[0-9]{1,15}") && Long.parseLong(value) < GIVEN;
    }
}
