package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.MoveWay;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.Setting;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which settings of a server hold its slots up, or its clients, while it gives them away? Changed before they move, put back at the end. */
enum SourceSetting {
    /**
     * A job that has been copied pauses the writes at once when no more than so many bytes of its stream are unsent, and else looks again on a
     * clock of 100 ms. By default that is nothing but a small buffer, so what clients have written to the slots meanwhile makes it wait, and
     * the hand-over then falls together with the fork for the next job: moves and pauses become longer (Valkey 9.1.2,
     * {@code slotExportTryDoPause}). The target takes over only when it has worked off all that was unsent, whatever the limit is: the mark
     * of the pause comes behind it in the same stream.
     */
    HANDOVER_BYTES(Setting.HANDOVER_BYTES, MoveWay.ATOMIC_FROM_SOURCE, "its jobs hand over without waiting") {
        /** Below zero there is no limit. */
        @Override
        boolean holdsUp(String value) {
            return isLess(value, Setting.given(Setting.HANDOVER_BYTES));
        }
    },
    /**
     * On its clock, ten times a second by default, the source notices that the process that copied a job has ended and forks for the job that
     * waits. It passes mostly while the keys of the first one are deleted, so that clients wait for the fork as well. Of a finer clock it does
     * cluster work in every tenth turn only, and turns that were missed are not made up (Valkey 9.1.2, {@code serverCron}): the fork then comes
     * when they have been answered, at once where the connection of a further job makes the source look.
     */
    HZ(Setting.HZ, MoveWay.ATOMIC_FROM_SOURCE, "it seldom begins a copy while clients wait") {
        @Override
        boolean holdsUp(String value) {
            return isLess(value, Setting.given(Setting.HZ));
        }
    },
    /**
     * When a job has ended the source writes a line into its log for each slot whose keys it deletes, some thousand lines, before it answers
     * anybody (Valkey 9.1.2, {@code clusterUpdateSlotsConfigWith}); in a container the log is a pipe, and once that is full the server waits for
     * whoever reads it. Why a job failed it writes as a warning. Only the default is changed: another level somebody has chosen.
     */
    LOG_LEVEL(Setting.LOG_LEVEL, MoveWay.ATOMIC_FROM_SOURCE, "it writes no line for each slot while clients wait") {
        @Override
        boolean holdsUp(String value) {
            return value.equals("notice");
        }
    },
    /**
     * MIGRATE compresses each string as if it went to a file, on the main thread of the source: up to a third of a move. Not where files are
     * written ({@link NodeReport#writesFiles}): they would become bigger, and nobody knows what room there is. The target understands both.
     */
    RDB_COMPRESSION(Setting.RDB_COMPRESSION, MoveWay.KEY_BY_KEY, "MIGRATE need not compress") {
        @Override
        boolean holdsUp(String value) {
            return value.equals("yes");
        }

        @Override
        boolean harmless(NodeReport source) {
            return !source.writesFiles();
        }
    };

    private final String setting;
    private final MoveWay way;
    private final String purpose;

    SourceSetting(String setting, MoveWay way, String purpose) {
        this.setting = setting;
        this.way = way;
        this.purpose = purpose;
    }

    /** Is this a value that maintenance changes? */
    abstract boolean holdsUp(String value);

    /** May it be changed as this server is set up otherwise? */
    boolean harmless(NodeReport source) {
        return true;
    }

    static Optional<SourceSetting> of(String setting) {
        return Stream.of(values()).filter(s -> s.setting.equals(setting)).findFirst();
    }

    /**
     * The step that changes the first of them, where the source has it as it was recorded, and that holds it up. Not while another maintenance puts
     * back what it has changed: it could not tell this from its own, and the two would set and unset it in turns. Nor without a mark where another one
     * names the same pod: that one has taken it off, and nobody would put this back. A pod that was made anew has none either.
     */
    static Optional<Decision> change(Situation s, NodeId source) {
        boolean puttingBack = s.peers().stream().anyMatch(peer -> peer.begun() && !peer.wants() || peer.opening());
        boolean shared = s.peers().stream().anyMatch(peer -> s.pod().filter(pod -> pod.name().equals(peer.podName())).isPresent());
        if (Decisions.settingsDenied(s, source) || puttingBack || s.mark().isEmpty() && shared) {
            return Optional.empty();
        }
        List<SourceSetting> all = Stream.of(values()).filter(setting -> setting.isToBeChanged(s, source)).toList();
        // one event tells of them all
        return all.stream().findFirst().map(first -> Decisions.act(new Step.SetSetting(source, first.setting, Setting.given(first.setting)), Reason.PreparingMove,
                "setting " + joined(all, setting -> setting.setting + " " + Setting.given(setting.setting)) + " on " + s.view().nameOf(source)
                        + ", so that " + joined(all, setting -> setting.purpose)));
    }

    /** What is no number somebody has written into a snapshot. */
    private static boolean isLess(String value, String than) {
        return value.matches("[0-9]{1,15}") && Long.parseLong(value) < Long.parseLong(than);
    }

    private static String joined(List<SourceSetting> all, Function<SourceSetting, String> of) {
        String last = of.apply(all.get(all.size() - 1));
        String others = all.stream().limit(all.size() - 1).map(of).collect(Collectors.joining(", "));
        return others.isEmpty() ? last : others + " and " + last;
    }

    private boolean isToBeChanged(Situation s, NodeId source) {
        Optional<String> recorded = s.recorded().flatMap(r -> r.placement().setting(source, setting)).filter(this::holdsUp);
        Optional<NodeReport> report = s.view().member(source).flatMap(Member::report).filter(r -> r.way() == way && harmless(r));
        return recorded.isPresent() && recorded.equals(report.flatMap(r -> r.setting(setting)));
    }
}
