package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.Placement;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.plan.Recorded;
import dev.redismaintenance.plan.Request;
import dev.redismaintenance.plan.Step;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.Servers;
import dev.redismaintenance.snapshot.SnapshotMap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Carries out one step: a few calls, none of which waits for an outcome. Whether it worked shows the next look. */
final class StepRunner {
    private final Kubernetes kubernetes;
    private final Servers servers;
    private final Flights flights;
    private final SlotWorkers workers;

    StepRunner(Kubernetes kubernetes, Servers servers, Flights flights, SlotWorkers workers) {
        this.kubernetes = kubernetes;
        this.servers = servers;
        this.flights = flights;
        this.workers = workers;
    }

    void run(Step step, NodeMaintenance resource, Request request, Observation seen, Instant now) throws KubernetesException, ServerException {
        String namespace = resource.getMetadata().getNamespace();
        Optional<Recorded> recorded = seen.situation().recorded();
        // the switch over a sealed type is not in Java 17; one line a step keeps it readable
        if (step instanceof Step.TakeSnapshot s) {
            Placement placement = placement(request, seen);
            if (s.replace().isPresent()) {
                kubernetes.deleteSnapshot(namespace, s.replace().get());
            }
            kubernetes.createSnapshot(namespace, SnapshotMap.name(request.podName(), request.uid()), SnapshotMap.MAINTENANCE, placement);
        } else if (step instanceof Step.RecordSnapshot s) {
            kubernetes.createSnapshot(namespace, s.name(), SnapshotMap.REQUESTED, placement(request, seen));
        } else if (step instanceof Step.WriteMark s) {
            kubernetes.mark(namespace, request.podName(), s.mark());
        } else if (step instanceof Step.RemoveMark) {
            kubernetes.unmark(namespace, request.podName());
        } else if (step instanceof Step.RecordLoan s) {
            kubernetes.recordLoans(namespace, recorded.orElseThrow().snapshot(), recorded.get().with(s.loan()).loans());
        } else if (step instanceof Step.RecordTransfers s) {
            kubernetes.recordTransfers(namespace, recorded.orElseThrow().snapshot(), s.transfers());
        } else if (step instanceof Step.RecordSuccessor s) {
            Recorded was = recorded.orElseThrow();
            List<NodeId> ids = new ArrayList<>(was.predecessors());
            ids.addAll(List.of(was.placement().node(), s.successor()));
            kubernetes.recordSuccessors(namespace, was.notes(), ids.subList(1, ids.size()));
        } else if (step instanceof Step.Forget s) {
            forget(s, seen);
        } else if (step instanceof Step.CountSlots s) {
            workers.count(pod(namespace, request), s.slots(), seen.endpoints());
        } else if (step instanceof Step.MoveSlots s) {
            List<NodeId> primaries = seen.situation().view().all().stream().filter(m -> m.role() == Role.PRIMARY).map(Member::id).toList();
            workers.move(pod(namespace, request), s.transfers(), resource.getSpec().getMaxConcurrentMoves(), seen.endpoints(), primaries);
        } else if (step instanceof Step.Adopt s) {
            adopt(s, seen);
        } else if (step instanceof Step.StopSlots s) {
            workers.stop(pod(namespace, request));
            for (NodeId id : s.jobsOf()) {
                servers.cancelJobs(endpoint(seen, id));
            }
        } else if (step instanceof Step.DeleteSnapshot s) {
            kubernetes.deleteSnapshot(namespace, s.name());
        } else if (step instanceof Step.SetSetting s) {
            servers.set(endpoint(seen, s.node()), s.name(), s.value());
        } else if (step instanceof Step.Handover s) {
            flights.begin(namespace, request.name(), s, now);
            servers.failover(endpoint(seen, s.to()));
        } else if (step instanceof Step.Replicate s) {
            servers.replicate(endpoint(seen, s.node()), s.primary());
        } else if (step instanceof Step.LetGo s) {
            servers.letGo(endpoint(seen, s.node()));
        } else if (step instanceof Step.Meet s) {
            meet(s, seen);
        } else {
            throw new IllegalStateException("no way to carry out " + step);
        }
    }

    /** Addresses are given to other pods again: whoever is there now is asked for its id just before, so that no stranger is ever met. */
    private void meet(Step.Meet step, Observation seen) throws ServerException {
        Endpoint met = endpoint(seen, step.node());
        if (!servers.report(met).id().equals(step.node())) {
            throw new ServerException(ServerException.Kind.Refused, "the server at " + met + " is not node " + step.node().brief() + " any more");
        }
        servers.meet(endpoint(seen, step.via()), step.host(), step.port(), step.busPort());
    }

    /**
     * Asked again just before: what was seen when it was decided is a look old, and a slot on its way is told to its two ends one after the
     * other. A slot that a person has to decide on holds up no other.
     */
    private void adopt(Step.Adopt step, Observation seen) throws ServerException {
        SlotRanges owned = SlotRanges.NONE;
        for (Member primary : seen.situation().view().all()) {
            if (primary.role() == Role.PRIMARY) {
                owned = owned.plus(servers.report(endpoint(seen, primary.id())).own().slots());
            }
        }
        List<String> both = new ArrayList<>();
        for (Transfer t : step.transfers()) {
            Endpoint from = endpoint(seen, t.from());
            Endpoint to = endpoint(seen, t.to());
            for (int slot : t.slots().minus(owned).stream().toArray()) {
                boolean atSource = servers.keysInSlot(from, slot) > 0;
                boolean atTarget = servers.keysInSlot(to, slot) > 0;
                if (atSource && atTarget) {
                    both.add("slot " + slot + " has no owner and keys on both " + from + " and " + to);
                } else {
                    servers.own(atSource ? from : to, atSource ? t.from() : t.to(), atSource ? t.to() : t.from(), slot);
                }
            }
        }
        if (!both.isEmpty()) {
            throw new ServerException(ServerException.Kind.Refused, String.join(", ", both) + ": assign it to the one whose keys are right (on it, "
                    + "CLUSTER SETSLOT <slot> IMPORTING <id of the other>, then CLUSTER SETSLOT <slot> NODE <its own id>)");
        }
    }

    /** All of them, also when one fails: whoever still knows it could tell the others again when their ban is over. */
    private void forget(Step.Forget step, Observation seen) throws ServerException {
        Optional<ServerException> failure = Optional.empty();
        for (NodeId id : step.by()) {
            try {
                servers.forget(endpoint(seen, id), step.dead());
            } catch (ServerException e) {
                failure = Optional.of(e);
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private static String pod(String namespace, Request request) {
        return namespace + "/" + request.podName();
    }

    private static Endpoint endpoint(Observation seen, NodeId id) throws ServerException {
        return Optional.ofNullable(seen.endpoints().get(id))
                .orElseThrow(() -> new ServerException(ServerException.Kind.Unreachable, "no pod is known for node " + id.brief()));
    }

    private static Placement placement(Request request, Observation seen) {
        return Placement.of(seen.situation().view(), seen.situation().node().orElseThrow(), request.podName(), request.uid(), request.name(), request.now(),
                request.reason()).without(seen.others()).withGuestsHome(seen.guests());
    }
}
