package dev.redismaintenance.cluster;

import java.util.Optional;

/**
 * One node of the cluster, as all that were asked agree.
 *
 * @param primary  the node it replicates; empty for a primary
 * @param failing  some reachable node holds it for failed or suspects it
 * @param inSync   a primary: always; a replica: the stream from its primary flows, its initial copy is over and it lags by
 *                 no more than {@link InSync} allows
 * @param isolated it answers but knows no other node (it was reset, or lost its memory)
 * @param problem  why it could not be asked, when it could not
 */
public record Member(NodeId id, Address address, Role role, Optional<NodeId> primary, SlotRanges slots, long configEpoch,
                     boolean failing, boolean inSync, boolean isolated, Optional<PodFacts> pod,
                     Optional<NodeReport> report, Optional<String> problem) {

    public boolean reachable() {
        return report.isPresent();
    }

    /** Only primaries that own slots elect. */
    public boolean voter() {
        return role == Role.PRIMARY && !slots.isEmpty();
    }

    /** A voter whose vote would arrive: it answers, sees the cluster in order, and nobody holds it for failed. */
    public boolean goodVoter() {
        return voter() && !failing && report.filter(NodeReport::stateOk).isPresent();
    }

    public boolean replicaOf(NodeId other) {
        return role == Role.REPLICA && primary.filter(other::equals).isPresent();
    }

    /** Something may be moved onto it: it answers, nobody suspects it, its pod is in order, and neither it nor its machine is closed. */
    public boolean available() {
        return reachable() && !failing && !isolated
                && pod.filter(p -> p.ready() && !p.terminating() && !p.closed() && !p.nodeClosed()).isPresent();
    }

    /** A replica whose initial copy is over and whose link is up, however far it lags. */
    public boolean receivesStream() {
        return role == Role.REPLICA && report.filter(r -> !r.loading())
                .map(NodeReport::replication).filter(r -> r.linkUp() && !r.syncing()).isPresent();
    }

    /** The Kubernetes Node that its pod is on. */
    public Optional<String> machine() {
        return pod.flatMap(PodFacts::kubernetesNode);
    }

    public boolean onMachineOf(Member other) {
        return machine().isPresent() && machine().equals(other.machine());
    }

    /** How a person calls it: its pod, or the start of its id and its address. */
    public String name() {
        return pod.map(PodFacts::name).orElseGet(() -> "node " + id.brief() + " at " + address);
    }

    Member with(PodFacts newPod) {
        return new Member(id, address, role, primary, slots, configEpoch, failing, inSync, isolated, Optional.of(newPod), report, problem);
    }

    Member with(NodeReport newReport) {
        return new Member(id, address, role, primary, slots, configEpoch, failing, inSync, isolated, pod, Optional.of(newReport), problem);
    }

    Member inSyncAnd(boolean nowIsolated) {
        return new Member(id, address, role, primary, slots, configEpoch, failing, true, nowIsolated, pod, report, problem);
    }

    Member as(Role newRole, Optional<NodeId> newPrimary, SlotRanges newSlots) {
        return new Member(id, address, newRole, newPrimary, newSlots, configEpoch, failing, inSync, isolated, pod, report, problem);
    }
}
