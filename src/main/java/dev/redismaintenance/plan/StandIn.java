package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is still to be done until a spare is an in-sync replica of this primary, in place of (or beside) the node that goes?
 *
 * <ol>
 * <li>The spare that was lent before, if it still serves; else the best one, noted in the snapshot before it is touched.</li>
 * <li>It is pinned to its shard, and becomes a replica.</li>
 * <li>It is in sync.</li>
 * </ol>
 */
final class StandIn {
    private final Situation s;
    private final Member source;
    private final NodeId going;
    private final Set<NodeId> gone;
    private final Spares spares;
    private final String duty;

    /**
     * @param going the node that gives its duty away
     * @param duty  what the spare is to take over, in words
     */
    StandIn(Situation situation, Member source, NodeId going, String duty) {
        this.s = situation;
        this.source = source;
        this.going = going;
        this.gone = Collections.unmodifiableSet(situation.goneWithTarget());
        this.spares = new Spares(s.view(), source, gone, s.lent());
        this.duty = duty;
    }

    /** The one lent before that still serves. */
    Optional<Member> lent() {
        return loans().stream().flatMap(l -> s.view().member(l.spare()).stream()).filter(spares::serves).findFirst();
    }

    /** The one lent before, or the one that would be. */
    Optional<Member> candidate() {
        return lent().or(() -> spares.best().flatMap(l -> s.view().member(l.spare())));
    }

    /** The next step or wait; empty when a spare is in place, and also when there is none ({@link #lent()} tells which). */
    Optional<Decision> next() {
        Optional<Member> lent = lent();
        if (lent.isEmpty()) {
            Optional<Member> silent = loans().stream().flatMap(l -> s.view().member(l.spare()).stream())
                    .filter(m -> m.replicaOf(source.id()) && !m.reachable() && !m.failing()).findFirst();
            if (silent.isPresent()) {
                // Redis answers nothing while it loads the copy it has received; a dead one is soon held for failed
                return silent.map(m -> Decisions.wait(Reason.WaitingForReplica, m.name() + " does not answer: " + m.problem().orElse("")));
            }
            return spares.best().map(loan -> Decisions.gated(s, s.view().afterReplicate(loan.spare(), Optional.of(source.id())),
                    gone, touched(loan.spare()), new Step.RecordLoan(loan), Reason.MovingReplicaDuty,
                    s.view().members().get(loan.spare()).name() + " is to " + duty));
        }
        Member spare = lent.get();
        Optional<Decision> pinned = Pin.pin(spare, s.recorded());
        if (pinned.isPresent()) {
            return pinned;
        }
        if (!spare.replicaOf(source.id())) {
            return Optional.of(Decisions.gated(s, s.view().afterReplicate(spare.id(), Optional.of(source.id())), gone, touched(spare.id()),
                    new Step.Replicate(spare.id(), source.id()), Reason.MovingReplicaDuty, spare.name() + " becomes a replica of " + source.name()));
        }
        return spare.inSync() ? Optional.empty()
                : Optional.of(Decisions.wait(Reason.WaitingForReplica, spare.name() + " is not in sync with " + source.name() + " yet"));
    }

    private Set<NodeId> touched(NodeId spare) {
        // while the copy is made the node itself still serves, so its own shard is not asked about on its behalf
        Set<NodeId> touched = new TreeSet<>(List.of(spare));
        if (!going.equals(source.id())) {
            touched.add(going);
        }
        return touched;
    }

    private List<Loan> loans() {
        return s.recorded().map(Recorded::loans).orElse(List.of());
    }
}
