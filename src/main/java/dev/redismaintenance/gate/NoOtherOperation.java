package dev.redismaintenance.gate;

import static dev.redismaintenance.gate.GateName.NoOtherOperation;

import dev.redismaintenance.cluster.Rollout;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Is no other maintenance at work in this cluster, nobody else moving slots or failing over, and no owner updating its pods? Two failovers at a time
 * were measured to fail, and a failover of a shard whose slots are in a job may lose their keys (valkey#2724).
 *
 * <p>Who has begun goes before who has not, and among equals the older resource goes first. So there is always one that
 * waits for nobody. An update of the pods by their owner refuses before anything was done, and is waited for afterwards; one that stands
 * still, with none to be replaced any more, is none.
 *
 * <p>A failover that was not ours, by hand or by an election, is waited for while it goes on and for a while after it: whoever fails over
 * one shard goes on to the next, and where a primary has failed another may.
 */
final class NoOtherOperation implements Gate {
    @Override
    public Verdict ask(Question question) {
        List<String> foreign = foreignMoves(question);
        if (!foreign.isEmpty()) {
            return Verdict.waiting(NoOtherOperation, "somebody else is moving slots: " + ClusterHealthy.some(foreign) + "; waits until they have arrived");
        }
        if (!question.takeovers().isEmpty()) {
            return Verdict.waiting(NoOtherOperation, question.takeovers().stream().map(t -> text(t)).distinct().collect(Collectors.joining("; ")));
        }
        String busy = question.peers().stream().filter(peer -> goesFirst(peer, question.begun()))
                .map(p -> "NodeMaintenance " + p.name() + " (pod " + p.podName() + ")").collect(Collectors.joining(", "));
        if (!busy.isEmpty()) {
            return Verdict.waiting(NoOtherOperation, "waits for " + busy + " to settle");
        }
        if (!question.rollouts().isEmpty()) {
            String updates = question.rollouts().stream().map(r -> text(r)).collect(Collectors.joining("; "))
                    + "; wait until that is through, or hold it still (strategy OnDelete, or a partition) and let its pods become ready";
            return question.begun() ? Verdict.waiting(NoOtherOperation, updates) : Verdict.refused(NoOtherOperation, updates);
        }
        return Verdict.passed(NoOtherOperation, "no other maintenance is at work in this cluster, nobody is failing over, and its pods are not being updated");
    }

    private static String text(Rollout rollout) {
        List<String> revisions = rollout.revisions().entrySet().stream().map(e -> e.getKey() + " on " + ClusterHealthy.some(e.getValue())).toList();
        return "the pods of " + rollout.owner() + " are being updated: revision " + ClusterHealthy.some(revisions) + (rollout.away().isEmpty() ? "" : "; not ready or being replaced: " + ClusterHealthy.some(rollout.away()))
                + (rollout.toCome().isEmpty() ? "" : "; still to be replaced: " + ClusterHealthy.some(rollout.toCome()));
    }

    private static String text(Takeover t) {
        if (t.from().isEmpty()) {
            return "an election has begun that no maintenance asked for, and nobody has won it; waits " + seconds(t) + " s more for the cluster to come to rest";
        }
        String shard = "the shard with slots " + t.slots() + " ";
        if (t.to().isEmpty()) {
            return shard + "is being failed over: " + t.from().get() + " holds back its writes for a replica that somebody has told to take over; waits until that is through";
        }
        return shard + (t.from().equals(t.to()) ? "has failed over and back to " + t.to().get() : "has failed over from " + t.from().get() + " to " + t.to().get())
                + ", and no maintenance asked for it; waits " + seconds(t) + " s more, in case another failover follows";
    }

    private static long seconds(Takeover t) {
        return Math.max(1, t.left().toSeconds());
    }

    private static List<String> foreignMoves(Question question) {
        Moving moving = question.moving();
        Stream<String> open = question.now().openSlots().stream().filter(o -> !moving.ours().contains(o.slot()) && !moving.left().contains(o.slot()))
                .map(o -> ClusterHealthy.text(question.now(), o));
        Stream<String> jobs = question.now().activeJobs().stream().filter(j -> !moving.isOurs(j))
                .map(j -> "slots " + j.slots() + " from " + question.now().nameOf(j.source()) + " to " + question.now().nameOf(j.target()));
        return Stream.concat(open, jobs).distinct().toList();
    }

    private static boolean goesFirst(Peer peer, boolean begun) {
        if (peer.settled()) {
            return false;
        }
        return peer.begun() ? !begun || peer.earlier() : !begun && peer.earlier() && peer.wants();
    }
}
