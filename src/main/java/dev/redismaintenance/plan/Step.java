package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One change of the world: idempotent, bounded, safe to be cut at any call and to be repeated. */
public sealed interface Step {

    /** Every kind of step has a record of the same name below, and the sentence that a person reads about it. */
    enum Kind {
        TakeSnapshot("Records how the node and the whole cluster stand, in an immutable ConfigMap."),
        RecordSnapshot("Records the same ahead, as takeSnapshot asks: in a ConfigMap that no maintenance deletes."),
        WriteMark("Writes the mark on the pod: closed, or open again and being restored; with who, why and since when."),
        SetSetting("CONFIG SET on one server; the value before is in the snapshot."),
        Handover("CLUSTER FAILOVER on the replica that takes over; never FORCE, never TAKEOVER."),
        RecordLoan("Notes in the snapshot that a spare is asked to take over replica duty, before it is touched."),
        Replicate("CLUSTER REPLICATE: a node without data becomes a replica."),
        LetGo("A replica becomes an empty primary that stays a member of the cluster."),
        CountSlots("Counts keys and bytes of slots, and where they move key by key looks at every key; reads only."),
        RecordTransfers("Notes in the snapshot where the node's slots are to go, before the first of them goes."),
        MoveSlots("Slots move from one primary to another: by the servers' own atomic migration, else key by key."),
        Adopt("CLUSTER SETSLOT NODE on the one of two nodes that has the keys of slots which nobody owns."),
        StopSlots("Ends the moving of slots; none is left half-way."),
        Meet("CLUSTER MEET: brings a reset node back, or makes a node learn its own new address."),
        RecordSuccessor("Notes in the snapshot the id of the empty server that takes the place of the node, before it is made a member."),
        Forget("CLUSTER FORGET of an id that is proved dead, on every node that still knows it."),
        RemoveMark("Takes the mark off the pod."),
        DeleteSnapshot("Deletes the snapshot: the last thing, since nothing can be put back without it."),
        CordonNode("nodeName only: closes the Kubernetes Node to new pods, unless somebody has done so already, and notes there for whom."),
        UncordonNode("nodeName only: opens the Kubernetes Node again, if it was closed for this maintenance and no other one needs it closed."),
        DisownCordon("nodeName only: somebody has uncordoned the Kubernetes Node; from then on its cordon is theirs."),
        BeginPod("nodeName only: creates a NodeMaintenance for one of the pods, when the one before is in maintenance."),
        TellPod("nodeName only: hands a change of the request on to the NodeMaintenance of a pod."),
        EndPod("nodeName only: deletes the NodeMaintenance of a pod, which brings its node back.");

        private final String sentence;

        Kind(String sentence) {
            this.sentence = sentence;
        }

        public String sentence() {
            return sentence;
        }
    }

    default Kind kind() {
        return Kind.valueOf(getClass().getSimpleName());
    }

    /** Record how the node and the cluster stand, in a ConfigMap; {@code replace} names a leftover to delete first. */
    record TakeSnapshot(java.util.Optional<String> replace) implements Step {
    }

    /** Record the same under a name that somebody chose; it is part of no maintenance. */
    record RecordSnapshot(String name) implements Step {
    }

    /** Write the mark on the pod: closed, or (with {@link Mark#open()}) open again and being restored. */
    record WriteMark(Mark mark) implements Step {
    }

    /** {@code CONFIG SET}. */
    record SetSetting(NodeId node, String name, String value) implements Step {
    }

    /** {@code CLUSTER FAILOVER} on {@code to}, the replica that takes over. The reply proves nothing; the next look does. */
    record Handover(NodeId from, NodeId to) implements Step {
    }

    /** Remember in the snapshot that this node is asked to take over replica duty. Written before the node is touched. */
    record RecordLoan(Loan loan) implements Step {
    }

    /** {@code CLUSTER REPLICATE}. */
    record Replicate(NodeId node, NodeId primary) implements Step {
    }

    /** The replica becomes an empty primary that stays a member. */
    record LetGo(NodeId node) implements Step {
    }

    /** Have a worker count what these slots of these nodes hold. */
    record CountSlots(Map<NodeId, SlotRanges> slots) implements Step {
        public CountSlots {
            slots = Map.copyOf(slots);
        }
    }

    /** Remember in the snapshot where the slots are to go: whatever is half-way between two nodes later is known to be ours. */
    record RecordTransfers(List<Transfer> transfers) implements Step {
        public RecordTransfers {
            transfers = List.copyOf(transfers);
        }
    }

    /** Have a worker move slots, at most so many transfers at a time; what is half-way already is gone on with. */
    record MoveSlots(List<Transfer> transfers) implements Step {
        public MoveSlots {
            transfers = List.copyOf(transfers);
        }
    }

    /** Have the worker end, and jobs that these nodes carry out by themselves for an operator that is gone. */
    record StopSlots(Set<NodeId> jobsOf) implements Step {
        public StopSlots {
            jobsOf = Set.copyOf(jobsOf);
        }
    }

    /** Slots that nobody owns become those of the end of their move that has their keys, its target where neither has any. */
    record Adopt(List<Transfer> transfers) implements Step {
        public Adopt {
            transfers = List.copyOf(transfers);
        }
    }

    /** {@code CLUSTER MEET} from {@code via}: brings back a node that was reset, and makes a node learn its own new address. */
    record Meet(NodeId via, NodeId node, String host, int port, int busPort) implements Step {
    }

    /** Remember in the snapshot which node has taken the place of the recorded one. */
    record RecordSuccessor(NodeId successor) implements Step {
    }

    /** {@code CLUSTER FORGET} of a dead node on those that know it. */
    record Forget(NodeId dead, Set<NodeId> by) implements Step {
        public Forget {
            by = Set.copyOf(by);
        }
    }

    /** Take the mark off the pod. */
    record RemoveMark() implements Step {
    }

    /** Delete the snapshot: the last thing, since nothing can be put back without it. Also one that was recorded ahead and is one too many. */
    record DeleteSnapshot(String name) implements Step {
    }

    /** Close the Kubernetes Node to new pods, and note on it for whom. */
    record CordonNode() implements Step {
    }

    /** Take that note back; the last one that it was closed for opens it. */
    record UncordonNode() implements Step {
    }

    /** Take the note back and leave the Kubernetes Node as it is. */
    record DisownCordon() implements Step {
    }

    /** Create a NodeMaintenance for this pod. */
    record BeginPod(String pod) implements Step {
    }

    /** The NodeMaintenance of this pod is to say what the request says now. */
    record TellPod(String pod) implements Step {
    }

    /** Delete the NodeMaintenance of this pod. */
    record EndPod(String pod) implements Step {
    }
}
