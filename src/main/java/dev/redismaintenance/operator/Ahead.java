package dev.redismaintenance.operator;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.api.NodeStatus;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.plan.MachineRehearsal;
import dev.redismaintenance.plan.MachineReturn;
import dev.redismaintenance.plan.Part;
import dev.redismaintenance.plan.Request;
import dev.redismaintenance.plan.Trouble;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whose turn on a Kubernetes Node has not come, and what would be done for each? Each is looked at as its own NodeMaintenance would look at it.
 * On the way in those are the cluster nodes ({@link Census}) that have none yet; for a dry run of the way out, those whose has not ended.
 */
final class Ahead {
    private final Kubernetes kubernetes;
    private final Observer observer;
    private final Census census;

    /** @param maintenance the resource that would be made, or as it would be when it is ended */
    record Look(NodeMaintenance maintenance, Observation observation) {
    }

    /** @param pods that have no NodeMaintenance of their own yet, in the order of the rehearsal */
    record Coming(List<String> pods, List<String> ignored, Map<String, Trouble> troubles, Map<String, Look> looks, Optional<MachineRehearsal> rehearsal) {
        static final Coming NONE = new Coming(List.of(), List.of(), Map.of(), Map.of(), Optional.empty());

        /** While one is at work, or was stopped there, the others are not looked at; they were named at the last look. */
        static Coming known(NodeMaintenance resource, List<Part> begun) {
            Set<String> names = begun.stream().map(Part::pod).collect(Collectors.toSet());
            return new Coming(Optional.ofNullable(resource.getStatus()).map(NodeMaintenanceStatus::getNodes).orElse(List.of()).stream().map(NodeStatus::getPodName)
                    .filter(pod -> !names.contains(pod)).toList(), List.of(), Map.of(), Map.of(), Optional.empty());
        }
    }

    Ahead(Kubernetes kubernetes, Observer observer, Census census) {
        this.kubernetes = kubernetes;
        this.observer = observer;
        this.census = census;
    }

    /** Those that go into maintenance. */
    Coming in(NodeMaintenance resource, List<NodeMaintenance> all, List<Part> begun, Instant now) throws KubernetesException {
        Set<String> known = begun.stream().map(Part::pod).collect(Collectors.toSet());
        Census.Found found = census.on(resource, kubernetes.pods(resource.getMetadata().getNamespace()).stream().filter(p -> !known.contains(p.name())).toList());
        Map<String, Trouble> troubles = new LinkedHashMap<>(found.troubles());
        Map<String, Look> looks = new LinkedHashMap<>();
        for (String pod : found.nodes()) {
            NodeMaintenance child = virtual(resource, pod, all);
            Look look = new Look(child, observer.look(child, all, true, now));
            looks.put(pod, look);
            look.observation().blocked().ifPresent(t -> troubles.put(pod, t));
        }
        Optional<MachineRehearsal> rehearsal = looks.isEmpty() || !troubles.isEmpty() ? Optional.empty() : Optional.of(MachineRehearsal.of(looks.values().stream()
                .map(l -> new MachineRehearsal.Candidate(l.observation().situation(), MaintenanceLoop.request(l.maintenance(), now))).toList()));
        List<String> pods = Stream.concat(rehearsal.stream().flatMap(r -> r.parts().stream()).map(MachineRehearsal.One::pod), found.nodes().stream()).distinct().toList();
        return new Coming(pods, found.ignored(), troubles, looks, rehearsal);
    }

    /** Those that come back, as a dry run of that has it. */
    Coming back(NodeMaintenance resource, List<NodeMaintenance> all, List<Part> begun, Instant now) throws KubernetesException {
        Map<String, Look> looks = new LinkedHashMap<>();
        List<MachineReturn.Candidate> order = new ArrayList<>();
        for (String pod : MachineReturn.order(begun)) {
            NodeMaintenance ending = ending(Children.ofPod(pod, Children.of(resource, all)), resource);
            Look look = new Look(ending, observer.look(ending, all, true, now));
            Request request = MaintenanceLoop.request(ending, now);
            looks.put(pod, look);
            order.add(new MachineReturn.Candidate(look.observation().situation(), request, Judgement.blocked(ending, look.observation(), request, false)));
        }
        return new Coming(List.of(), List.of(), Map.of(), looks, Optional.of(MachineReturn.of(order)));
    }

    /** The resource that would be made, as old as the one that would make it: so that it is reckoned with as that one is. */
    private static NodeMaintenance virtual(NodeMaintenance resource, String pod, List<NodeMaintenance> all) {
        NodeMaintenance child = Children.make(resource, pod, all);
        child.getMetadata().setUid(resource.getMetadata().getUid() + "/" + pod);
        child.getMetadata().setCreationTimestamp(resource.getMetadata().getCreationTimestamp());
        child.getMetadata().setGeneration(1L);
        return child;
    }

    /** As it will say when it has been told all and is ended; a dry run, for nothing is asked only because of it. */
    private static NodeMaintenance ending(NodeMaintenance child, NodeMaintenance owner) {
        NodeMaintenance ending = Children.knows(child, owner) ? Serialization.clone(child) : Children.told(child, owner);
        ending.getMetadata().setDeletionTimestamp(null);
        ending.getSpec().setMode(Mode.Off);
        ending.getSpec().setDryRun(true);
        return ending;
    }
}
