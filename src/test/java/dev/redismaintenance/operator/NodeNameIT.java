package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.api.NodeStatus;
import dev.redismaintenance.api.PlanStep;
import dev.redismaintenance.ground.ClusterSpec;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole Kubernetes Node in maintenance, on real servers and a real API server. */
class NodeNameIT {
    private static final String CORDONED_FOR = "redis-maintenance.dev/cordoned-for";

    @ParameterizedTest
    @ValueSource(strings = {"redis:7.0", "valkey:9.1"})
    void its_pods_are_drained_and_come_back_under_traffic_and_nothing_is_lost(String image) {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, image, "cache", 1, 0);
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace); Traffic traffic = Traffic.on(cluster).start()) {
            Placement before = cluster.placement();
            String machine = machine(ground, "cache-1");
            List<String> there = podsOn(ground, machine);
            assertEquals(2, there.size(), there::toString);
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            on(maintenances, machine, spec -> spec.setReason("kernel"));
            NodeMaintenance in = maintenances.awaitReady("patch", Reason.InMaintenance);
            assertEquals(Set.copyOf(there), Set.copyOf(in.getStatus().getNodes().stream().map(NodeStatus::getPodName).toList()));
            assertEquals("0/0", in.getStatus().getShards());
            assertEquals(ConditionStatus.True, maintenances.condition("patch", ConditionType.Closed).orElseThrow().getStatus());
            assertEquals(2, maintenances.snapshots().size());
            assertTrue(unschedulable(ground, machine));
            assertEquals(ground.namespace + "/patch", node(ground, machine).getMetadata().getAnnotations().get(CORDONED_FOR));
            // the drain, as kubectl does it; what deletes finds them gone or going
            there.forEach(pod -> assertTrue(ground.client.pods().inNamespace(ground.namespace).withName(pod).evict(), pod));
            there.forEach(cluster::deletePod);
            traffic.awaitWrites(200);
            maintenances.delete("patch");
            // without this nothing could be scheduled there again
            maintenances.await("patch", "coming back", m -> !unschedulable(ground, machine));
            there.forEach(cluster::recreatePod);
            maintenances.awaitGone("patch");
            traffic.awaitWrites(200);
            Traffic.Report report = traffic.stop();
            assertEquals(0, report.lost(), report::toString);
            assertEquals(0, report.stale(), report::toString);
            assertEquals(before, cluster.placement());
            assertEquals(List.of(), maintenances.snapshots());
            assertNull(node(ground, machine).getMetadata().getAnnotations().get(CORDONED_FOR));
        }
    }

    @Test
    void two_clusters_of_the_namespace_and_a_pod_that_is_no_cluster_node_on_a_node_that_a_person_cordoned() {
        try (Ground ground = new Ground(); RedisCluster cache = cluster(ground, "valkey:8.1", "cache", 1, 0);
                RedisCluster queue = cluster(ground, "valkey:9.1", "queue", 0, 0);
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace)) {
            Placement before = cache.placement();
            Placement queueBefore = queue.placement();
            String machine = machine(ground, "cache-0");
            ground.client.resource(new PodBuilder().withNewMetadata().withNamespace(ground.namespace).withName("web").endMetadata().withNewSpec().withNodeName(machine)
                    .addNewContainer().withName("store").withImage("valkey:8.1").withArgs("--save", "").endContainer().endSpec().build()).create();
            ground.client.pods().inNamespace(ground.namespace).withName("web").waitUntilReady(20, TimeUnit.SECONDS);
            ground.client.nodes().withName(machine).edit(n -> {
                n.getSpec().setUnschedulable(true);
                return n;
            });
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            on(maintenances, machine, spec -> { });
            NodeMaintenance in = maintenances.awaitReady("patch", Reason.InMaintenance);
            Set<String> nodes = new TreeSet<>(in.getStatus().getNodes().stream().map(NodeStatus::getPodName).toList());
            assertTrue(nodes.contains("cache-0") && nodes.stream().anyMatch(pod -> pod.startsWith("queue-")) && !nodes.contains("web"), nodes::toString);
            String message = maintenances.condition("patch", ConditionType.Ready).orElseThrow().getMessage();
            assertTrue(message.endsWith("no cluster nodes: web"), message);
            nodes.stream().filter(pod -> pod.startsWith("queue-")).forEach(pod -> assertTrue(queue.placement().of(queue.nodeId(pod)).slots().isEmpty(), pod));
            maintenances.edit("patch", spec -> {
                spec.setMode(Mode.Off);
                spec.setDryRun(true);
            });
            List<String> plan = plan(planned(maintenances));
            assertTrue(plan.containsAll(List.of("Handover", "MoveSlots")), plan::toString);
            int steps = operator.steps().size();
            maintenances.edit("patch", spec -> spec.setDryRun(false));
            maintenances.awaitReady("patch", Reason.Restored);
            assertEquals(plan, certain(operator.steps().subList(steps, operator.steps().size())));
            assertEquals(before, cache.placement());
            assertEquals(queueBefore, queue.placement());
            assertTrue(unschedulable(ground, machine), "a person's cordon was undone");
        }
    }

    @Test
    void two_that_name_it_add_up_and_a_person_who_uncordons_it_has_the_last_word() {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, "valkey:9.1", "cache", 1, 0);
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace)) {
            Placement before = cluster.placement();
            String machine = machine(ground, "cache-1");
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            on(maintenances, machine, spec -> { });
            maintenances.awaitReady("patch", Reason.InMaintenance);
            maintenances.on("second", null, spec -> spec.setNodeName(machine));
            maintenances.awaitReady("second", Reason.InMaintenance);
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            maintenances.awaitReady("second", Reason.InMaintenance);
            assertTrue(unschedulable(ground, machine), "the second needs it closed");
            assertTrue(cluster.placement().of(cluster.nodeId("cache-1")).slots().isEmpty());
            ground.client.nodes().withName(machine).edit(n -> {
                n.getSpec().setUnschedulable(null);
                return n;
            });
            maintenances.await("second", "told", m -> Maintenances.has(m, ConditionType.Closed, ConditionStatus.False, Finding.Uncordoned));
            maintenances.awaitReady("second", Reason.InMaintenance);
            assertTrue(!unschedulable(ground, machine), "a person's uncordoning was undone");
            maintenances.delete("second");
            maintenances.awaitGone("second");
            assertEquals(before, cluster.placement());
            assertEquals(List.of(), maintenances.snapshots());
        }
    }

    /** As with a volume of the network: a drain has it placed on whatever machine has room. */
    @Test
    void a_pod_that_is_placed_on_another_machine_by_the_drain_is_told_and_comes_back_from_there() {
        try (Ground ground = new Ground(4); RedisCluster cluster = cluster(ground, "valkey:9.1", "cache", 1, 0, "worker-1", "worker-2", "worker-3", "worker-1", "worker-3", "worker-2");
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace)) {
            Placement before = cluster.placement();
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            on(maintenances, "worker-2", spec -> spec.setReason("kernel"));
            maintenances.awaitReady("patch", Reason.InMaintenance);
            Pod pod = ground.client.pods().inNamespace(ground.namespace).withName("cache-1").get();
            cluster.deletePod("cache-1");
            ground.client.resource(new PodBuilder().withNewMetadata().withNamespace(ground.namespace).withName("cache-1")
                    .withLabels(pod.getMetadata().getLabels()).removeFromLabels("redis-maintenance.dev/closed").endMetadata()
                    .withSpec(pod.getSpec()).editSpec().withNodeName("worker-4").endSpec().build()).create();
            maintenances.await("patch", "moved", m -> Maintenances.has(m, ConditionType.Closed, ConditionStatus.True, Finding.MovedAway));
            NodeMaintenance in = maintenances.awaitReady("patch", Reason.InMaintenance);
            String closed = ConditionList.find(in, ConditionType.Closed).orElseThrow().getMessage();
            assertTrue(closed.contains("Closed by patch since " + in.getStatus().getSince() + ": kernel; pod cache-1 runs on Kubernetes Node worker-4 now"), closed);
            assertEquals(Set.of("worker-2", "worker-4"), Set.copyOf(in.getStatus().getNodes().stream().map(NodeStatus::getKubernetesNode).toList()));
            assertEquals(1, ground.client.v1().events().inNamespace(ground.namespace).list().getItems().stream()
                    .filter(e -> e.getReason().equals(Finding.MovedAway.name()) && e.getInvolvedObject().getName().equals("patch")).count());
            maintenances.mode("patch", dev.redismaintenance.api.Mode.Off);
            maintenances.awaitReady("patch", Reason.Restored);
            assertEquals(before, cluster.placement());
            assertTrue(!unschedulable(ground, "worker-2"), "open again");
        }
    }

    /** On real parts the NodeMaintenance of a pod is gone at once when it has ended: what it says must not be. */
    @Test
    void one_that_was_forced_open_alone_is_told_by_the_whole() {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, "valkey:9.1", "cache", 1, 0);
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace)) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            on(maintenances, machine(ground, "cache-1"), spec -> { });
            maintenances.awaitReady("patch", Reason.InMaintenance);
            maintenances.edit("patch-cache-1", spec -> spec.setSkipShardsRestore(true));
            maintenances.mode("patch", dev.redismaintenance.api.Mode.Off);
            NodeMaintenance over = maintenances.awaitReady("patch", Reason.OpenedWithoutRestore);
            assertTrue(Maintenances.has(over, ConditionType.Restored, ConditionStatus.True, Finding.LeftInPlace), over.getStatus()::toString);
            String told = ConditionList.find(over, ConditionType.Ready).orElseThrow().getMessage();
            assertTrue(told.contains("pod cache-1: Opened without restoring") && told.contains("Left in place: cache-1 was primary of"), told);
            assertTrue(maintenances.get("patch-cache-1").isEmpty(), "gone");
            assertEquals(List.of(), maintenances.snapshots());
        }
    }

    @Test
    void where_one_of_its_pods_would_be_refused_nothing_is_touched() {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, "valkey:9.1", "cache", 0, 0);
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace)) {
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            Untouched untouched = Untouched.since(ground.client, ground.namespace, cluster);
            on(maintenances, machine(ground, "cache-0"), spec -> spec.setDemoteNode(true));
            maintenances.awaitStalled("patch", Reason.NoEligibleReplica);
            untouched.check();
            maintenances.edit("patch", spec -> {
                spec.setDemoteNode(null);
                spec.setDryRun(true);
            });
            NodeMaintenance planned = maintenances.await("patch", "planned", m -> Maintenances.has(m, ConditionType.Ready, ConditionStatus.False, Reason.Planned));
            List<String> steps = planned.getStatus().getPlan().stream().map(s -> s.getStep()).toList();
            assertTrue(steps.containsAll(List.of("CordonNode", "BeginPod", "MoveSlots")), steps::toString);
            untouched.check();
            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            untouched.check();
        }
    }

    @Test
    void a_dry_run_of_leaving_keeps_its_pods_in_maintenance_until_it_is_asked_in_truth() {
        try (Ground ground = new Ground(); RedisCluster cluster = cluster(ground, "valkey:9.1", "cache", 1, 0);
                RunningOperator operator = new RunningOperator(ground.account(), ground.namespace)) {
            Placement before = cluster.placement();
            String machine = machine(ground, "cache-1");
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            on(maintenances, machine, spec -> { });
            List<String> ours = maintenances.awaitReady("patch", Reason.InMaintenance).getStatus().getNodes().stream().map(NodeStatus::getMaintenance).toList();
            List<Long> asked = generations(maintenances, ours);
            Placement in = cluster.placement();
            maintenances.edit("patch", spec -> {
                spec.setMode(Mode.Off);
                spec.setDryRun(true);
            });
            List<String> plan = List.of();
            // each change is a turn of its own, and would be handed on
            for (String reason : List.of("kernel", "disk", "fan")) {
                maintenances.edit("patch", spec -> spec.setReason(reason));
                plan = plan(planned(maintenances));
                assertEquals(List.of("TellPod", "TellPod", "UncordonNode", "EndPod"), plan.subList(0, 4));
                assertEquals(asked, generations(maintenances, ours));
                assertTrue(unschedulable(ground, machine));
            }
            assertEquals(in, cluster.placement());
            assertEquals(2, maintenances.snapshots().size());
            int steps = operator.steps().size();
            maintenances.edit("patch", spec -> spec.setDryRun(false));
            maintenances.awaitReady("patch", Reason.Restored);
            assertEquals(plan, certain(operator.steps().subList(steps, operator.steps().size())));
            assertEquals(before, cluster.placement());
            assertFalse(unschedulable(ground, machine));
        }
    }

    private static NodeMaintenance planned(Maintenances maintenances) {
        return maintenances.await("patch", "planned", m -> m.getMetadata().getGeneration().equals(m.getStatus().getObservedGeneration())
                && Maintenances.has(m, ConditionType.Ready, ConditionStatus.False, Reason.Planned));
    }

    private static List<String> plan(NodeMaintenance planned) {
        return certain(planned.getStatus().getPlan().stream().map(PlanStep::getStep).toList());
    }

    /** Without reads, and what the servers may do by themselves a moment before we do. */
    private static List<String> certain(List<String> steps) {
        return steps.stream().filter(step -> !Set.of("CountSlots", "Meet").contains(step)).toList();
    }

    /** They count up when one is changed, and also when it is deleted. */
    private static List<Long> generations(Maintenances maintenances, List<String> names) {
        return names.stream().map(name -> maintenances.get(name).orElseThrow().getMetadata().getGeneration()).toList();
    }

    private static void on(Maintenances maintenances, String machine, Consumer<NodeMaintenanceSpec> more) {
        maintenances.on("patch", null, spec -> {
            spec.setNodeName(machine);
            more.accept(spec);
        });
    }

    private static RedisCluster cluster(Ground ground, String image, String name, int replicas, int spares, String... machines) {
        ClusterSpec spec = RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name(name).image(image).primaries(3)
                .replicasPerPrimary(replicas).spares(spares).args("--cluster-node-timeout", "5000", "--save", "3600 1");
        RedisCluster cluster = (machines.length == 0 ? spec : spec.layout(machines)).create();
        cluster.loadData(5_000_000);
        return cluster;
    }

    private static String machine(Ground ground, String pod) {
        return ground.client.pods().inNamespace(ground.namespace).withName(pod).get().getSpec().getNodeName();
    }

    private static List<String> podsOn(Ground ground, String machine) {
        return ground.client.pods().inNamespace(ground.namespace).list().getItems().stream().filter(p -> machine.equals(p.getSpec().getNodeName()))
                .map(p -> p.getMetadata().getName()).toList();
    }

    private static Node node(Ground ground, String machine) {
        return ground.client.nodes().withName(machine).get();
    }

    private static boolean unschedulable(Ground ground, String machine) {
        return Boolean.TRUE.equals(node(ground, machine).getSpec().getUnschedulable());
    }
}
