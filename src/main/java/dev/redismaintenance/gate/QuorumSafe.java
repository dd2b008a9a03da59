package dev.redismaintenance.gate;

import static dev.redismaintenance.gate.GateName.QuorumSafe;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Member;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Does a majority of the voters stay reachable, now and after the step, when all that are to be counted as gone go down?
 *
 * <p>A voter is a primary that owns at least one slot. An election needs more than half of all voters, also of those that are
 * down. Reading of the rule: the servers' {@code clusterSendFailoverAuthIfNeeded} and {@code cluster_size}.
 */
final class QuorumSafe implements Gate {
    @Override
    public Verdict ask(Question question) {
        Verdict now = ask(question, question.now(), "");
        // once begun, a step that leads to a majority is the way out of having none (the node was promoted meanwhile)
        return now.isPassed() || question.begun() ? ask(question, question.after(), "after the step, ") : now;
    }

    private static Verdict ask(Question question, ClusterView view, String when) {
        List<Member> voters = view.voters().toList();
        List<Member> staying = voters.stream().filter(m -> m.goodVoter() || promoted(question, m))
                .filter(m -> !question.gone().contains(m.id())).toList();
        int quorum = view.quorum();
        if (staying.size() >= quorum) {
            return Verdict.passed(QuorumSafe, when + staying.size() + " of " + voters.size() + " voting primaries stay, " + quorum
                    + " are needed; " + (staying.size() - quorum) + " further failure(s) can be survived");
        }
        String gone = voters.stream().filter(m -> !staying.contains(m))
                .map(m -> m.name() + (question.gone().contains(m.id()) ? "" : " (down)")).collect(Collectors.joining(", "));
        return Verdict.refused(QuorumSafe, when + "only " + staying.size() + " of " + voters.size() + " voting primaries would stay and "
                + quorum + " are needed; counted as gone: " + gone
                + ". A node counts when it is in, entering or asked for maintenance, or shares its machine with one that is;"
                + " end the other maintenance first, or spread the primaries over more machines");
    }

    /** In the cluster as it will be, a replica that is in order now votes as soon as it is promoted. */
    private static boolean promoted(Question question, Member after) {
        return question.now().member(after.id()).filter(m -> !m.voter() && m.reachable() && !m.failing()).isPresent();
    }
}
