package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Position;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which settings still have the value that this maintenance gave them, and which of them can be put back? */
final class SettingsBack {
    private final Situation s;
    private final Recorded recorded;
    private final Placement placement;

    SettingsBack(Situation situation, Recorded recorded) {
        this.s = situation;
        this.recorded = recorded;
        this.placement = recorded.placement();
    }

    Optional<Decision> next() {
        return ours().flatMap(o -> putBack(o.node(), o.name(), Reason.RestoringSettings).stream()).findFirst();
    }

    /** A third value is somebody else's and stays. A server that is down forgets its run-time settings anyway. */
    Optional<Decision> putBack(NodeId id, String name, Reason reason) {
        return placement.setting(id, name).filter(was -> stillOurs(id, name, was)).map(was -> Decisions.act(new Step.SetSetting(id, name, was), reason,
                "putting " + name + " back to " + was + " on " + s.view().nameOf(id)));
    }

    boolean refused(NodeId id) {
        return Decisions.settingsDenied(s, id);
    }

    private boolean stillOurs(NodeId id, String name, String was) {
        Optional<String> is = s.view().member(id).flatMap(Member::report).flatMap(r -> r.setting(name));
        return is.filter(v -> !v.equals(was) && v.equals(Setting.given(name))).isPresent();
    }

    private record Ours(NodeId node, String name) {
    }

    /** By pod, as a person reads them. A server that will refuse it comes last, so that it does not keep the others from having theirs. */
    private Stream<Ours> ours() {
        return placement.settings().keySet().stream().sorted(Comparator.comparing(this::refused).thenComparing(this::name).thenComparing(Comparator.naturalOrder()))
                .flatMap(id -> Setting.CHANGED.stream().filter(name -> mine(id, name)).map(name -> new Ours(id, name)));
    }

    /**
     * What stays behind when the servers are left now: each with the value that was recorded, so that a person can set it. A server
     * that is known to be down has nothing left of it.
     */
    List<String> left() {
        List<String> left = new ArrayList<>();
        ours().forEach(o -> placement.setting(o.node(), o.name()).filter(was -> !was.equals(Setting.given(o.name()))).ifPresent(was -> {
            if (stillOurs(o.node(), o.name(), was)) {
                left.add(o.name() + " on " + name(o.node()) + " is " + Setting.given(o.name()) + " and was " + was);
            } else if (silent(o.node()) && changedHere(o.node(), o.name())) {
                left.add(o.name() + " on " + name(o.node()) + ", which could not be asked, was " + was);
            }
        }));
        return left;
    }

    /** Servers whose pods run, that do not answer just now, and that have something of ours. */
    List<String> silentOnes() {
        return ours().filter(o -> s.view().member(o.node()).isPresent() && silent(o.node()) && changedHere(o.node(), o.name()))
                .map(o -> name(o.node())).distinct().toList();
    }

    private boolean silent(NodeId id) {
        // nobody at all was asked: then nothing is known of anyone
        return s.view().members().isEmpty() ? s.pod().isPresent() || !id.equals(placement.node())
                : s.view().member(id).filter(m -> !m.reachable() && m.pod().filter(PodFacts::running).isPresent()).isPresent();
    }

    /** Of a server that answers it shows; of one that does not, this is where entering may have changed it. */
    private boolean changedHere(NodeId id, String name) {
        NodeId node = placement.node();
        if (name.equals(Setting.REPL_BACKLOG_SIZE)) {
            return !id.equals(node) && placement.shardSlots(id).equals(placement.shardSlots(node));
        }
        Optional<SourceSetting> ofSource = SourceSetting.of(name);
        if (ofSource.isPresent()) {
            // the takers when they give back, which begins with the opening; a pod that was made anew has no mark
            boolean gave = id.equals(node) || s.mark().filter(m -> !m.open()).isEmpty() && tookSlots(id);
            return SlotsBack.applies(recorded) && gave && placement.setting(id, name).filter(ofSource.get()::holdsUp).isPresent();
        }
        return id.equals(node) || recorded.loans().stream().anyMatch(l -> l.spare().equals(id));
    }

    /** Also as a replica of who was told to: it may have been promoted since. */
    private boolean tookSlots(NodeId id) {
        NodeId primary = Optional.ofNullable(placement.positions().get(id)).flatMap(Position::primary).orElse(id);
        return recorded.transfers().stream().anyMatch(t -> t.to().equals(primary));
    }

    private String name(NodeId id) {
        return Optional.ofNullable(placement.positions().get(id)).map(Position::podName).filter(n -> !n.isEmpty()).orElseGet(() -> s.view().nameOf(id));
    }

    /**
     * Only the node itself was closed, whoever closed another; lent spares were pinned; a primary goes on keeping more of
     * its stream while another node in maintenance follows it; and whoever gave slots, out or back, was not held up. One
     * that is in maintenance itself gets that back with its own.
     */
    private boolean mine(NodeId id, String setting) {
        if (setting.equals(Setting.REPL_BACKLOG_SIZE)) {
            return s.view().replicasOf(id).stream().noneMatch(r -> closedByOthers(r.id()));
        }
        if (SourceSetting.of(setting).isPresent()) {
            return id.equals(placement.node()) || SlotsBack.applies(recorded) && !closedByOthers(id);
        }
        return id.equals(placement.node()) || setting.equals(Setting.ALLOW_REPLICA_MIGRATION) && !closedByOthers(id)
                && (recorded.loans().stream().anyMatch(l -> l.spare().equals(id)) || pinnedWithNode(id));
    }

    /**
     * Replicas of a node whose slots were to move were pinned to it, before any slot was told to go; and those that took slots and owned
     * none before, as they gave them back. Also one that owns none only since: it was lent to another maintenance when the snapshot was taken.
     * A replica may have been promoted meanwhile, and the others of its shard, its former primary as well, were its own then.
     */
    private boolean pinnedWithNode(NodeId id) {
        if (!placement.positions().containsKey(id)) {
            return false;
        }
        Position position = placement.positions().get(id);
        NodeId primary = position.primary().orElse(id);
        if (placement.own().role() != Role.PRIMARY) {
            boolean promoted = !recorded.transfers().isEmpty() || s.target().filter(t -> t.role() == Role.PRIMARY).isPresent();
            return promoted && placement.own().primary().filter(primary::equals).isPresent() && !s.lent().contains(id);
        }
        if (primary.equals(placement.node()) && !s.lent().contains(id)) {
            return true;
        }
        if (!SlotsBack.applies(recorded)) {
            return false;
        }
        Optional<Member> now = s.view().primaryOf(id).filter(p -> p.slots().isEmpty() && !s.lent().contains(id));
        boolean gaveBackAll = now.filter(p -> recorded.transfers().stream().anyMatch(t -> t.to().equals(p.id()))).isPresent();
        return gaveBackAll || primary.equals(placement.node())
                || Optional.ofNullable(placement.positions().get(primary)).filter(p -> p.role() == Role.PRIMARY && p.slots().isEmpty()).isPresent();
    }

    private boolean closedByOthers(NodeId id) {
        return !id.equals(placement.node()) && s.view().member(id).flatMap(Member::pod).filter(PodFacts::closed).isPresent();
    }
}
