package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.AuthSpec;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.ConnectionSpec;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.ground.ClusterSpec;
import dev.redismaintenance.ground.Placement;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.kubernetes.PodReader;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Are the rights that the chart gives enough, and does the operator name one that is missing? What they are at most: {@link dev.redismaintenance.chart.RightsTest}. */
class RbacIT {
    /** For a password and the annotation of a StatefulSet, as in another test here; for a snapshot that is named; for a spare that is lent, or slots that move. */
    private static final Set<String> NOT_USED_BY_A_PLAIN_ONE = Set.of("get secrets", "get statefulsets", "get configmaps", "patch configmaps");

    @Test
    void the_rights_are_enough_for_a_whole_maintenance_and_each_is_used() throws Exception {
        RightsUsed used = new RightsUsed();
        try (Ground ground = new Ground(); RedisCluster cluster = gatedCluster(ground); KubernetesClient account = used.client(ground.accountConfig())) {
            Placement before = cluster.placement();
            try (RunningOperator operator = new RunningOperator(account, ground.namespace)) {
                Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
                maintenances.on("patch", "cache-0");
                maintenances.awaitReady("patch", Reason.InMaintenance);
                maintenances.delete("patch");
                maintenances.awaitGone("patch");
                maintenances.on("machine", null, spec -> spec.setNodeName(ground.client.pods().inNamespace(ground.namespace).withName("cache-0").get().getSpec().getNodeName()));
                maintenances.awaitReady("machine", Reason.InMaintenance);
                maintenances.delete("machine");
                maintenances.awaitGone("machine");
                Awaitility.await("all pods in service").atMost(Duration.ofSeconds(30)).until(() -> cluster.pods().stream().allMatch(cluster::isReady));
            }
            assertEquals(before, cluster.placement());
            Set<String> unused = granted(ground.rights());
            unused.removeAll(used.used());
            assertEquals(NOT_USED_BY_A_PLAIN_ONE, unused);
        }
    }

    private static Set<String> granted(List<HasMetadata> rights) {
        return rights.stream().flatMap(o -> o instanceof Role role ? role.getRules().stream()
                        : o instanceof io.fabric8.kubernetes.api.model.rbac.ClusterRole role ? role.getRules().stream() : Stream.<PolicyRule>of())
                .flatMap(rule -> rule.getResources().stream().flatMap(r -> rule.getVerbs().stream().map(v -> v + " " + r))).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The right is granted then, and taken away again while it is in maintenance. */
    @ParameterizedTest
    @ValueSource(strings = {"get", "patch"})
    void without_the_right_to_cordon_a_whole_kubernetes_node_is_refused_and_the_right_is_named(String verb) throws Exception {
        try (Ground ground = new Ground()) {
            KubernetesClient account = ground.account();
            toNodes(ground, account, verb, false);
            String machine = ground.kubelet.nodes().get(0);
            try (CordonTape cordon = new CordonTape(ground.client, machine); RunningOperator operator = new RunningOperator(account, ground.namespace, k -> k, s -> s, Scene.QUICK)) {
                Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
                maintenances.on("machine", null, spec -> spec.setNodeName(machine));
                maintenances.awaitStalled("machine", Reason.MissingPermission);
                String message = maintenances.condition("machine", ConditionType.Ready).orElseThrow().getMessage();
                assertTrue(message.contains("may not " + verb + " nodes"), message);
                assertEquals(List.of("open"), cordon.changes());
                toNodes(ground, account, verb, true);
                maintenances.awaitReady("machine", Reason.InMaintenance);
                toNodes(ground, account, verb, false);
                maintenances.delete("machine");
                maintenances.awaitGone("machine");
                assertEquals(List.of("open", "closed for " + ground.namespace + "/machine"), cordon.changes());
                assertTrue(ground.client.v1().events().inNamespace(ground.namespace).list().getItems().stream().anyMatch(e -> e.getType().equals("Warning")
                        && e.getReason().equals("MissingPermission") && e.getMessage().contains("may not " + verb + " nodes") && e.getMessage().contains("kubectl uncordon " + machine)), "nobody was told");
            }
        }
    }

    /** Returns when the API server has noticed. */
    private static void toNodes(Ground ground, KubernetesClient account, String verb, boolean granted) throws Exception {
        ground.rights().stream().filter(o -> o instanceof io.fabric8.kubernetes.api.model.rbac.ClusterRole).forEach(o -> {
            ((io.fabric8.kubernetes.api.model.rbac.ClusterRole) o).getRules().stream().filter(rule -> !granted && rule.getResources().contains("nodes")).forEach(rule -> rule.getVerbs().remove(verb));
            ground.client.resource(o).forceConflicts().serverSideApply();
        });
        Awaitility.await(verb + " nodes " + granted).atMost(Duration.ofSeconds(20)).until(() -> Ground.may(account, verb, "nodes", Optional.empty()) == granted);
    }

    /** The rights of the Role without which the operator does not start, or tells nothing in a status ({@link #a_permission_without_which_no_status_is_written_is_told_by_an_event}). */
    private static final Set<String> TO_START = Set.of("get nodemaintenances", "list nodemaintenances", "watch nodemaintenances", "patch nodemaintenances",
            "patch nodemaintenances/status", "list pods", "watch pods", "patch pods/status");

    @Test
    void granted_one_at_a_time_as_they_are_named_the_operator_gets_through_a_whole_maintenance() throws Exception {
        try (Ground ground = new Ground(); RedisCluster cluster = spec(ground).password("pa55word").spares(1).create()) {
            KubernetesClient account = ground.account();
            Placement before = cluster.placement();
            Set<String> granted = new TreeSet<>(TO_START);
            grant(ground, granted);
            try (RunningOperator operator = new RunningOperator(account, ground.namespace, k -> k, s -> s, Scene.QUICK)) {
                Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
                maintenances.on("patch", "cache-0", RbacIT::connection);
                grantUntil(ground, granted, "patch", m -> Maintenances.has(m, ConditionType.Ready, ConditionStatus.True, Reason.InMaintenance));
                maintenances.delete("patch");
                grantUntil(ground, granted, "patch", m -> false);
                maintenances.on("machine", null, spec -> {
                    spec.setNodeName(ground.client.pods().inNamespace(ground.namespace).withName("cache-1").get().getSpec().getNodeName());
                    connection(spec);
                });
                grantUntil(ground, granted, "machine", m -> Maintenances.has(m, ConditionType.Ready, ConditionStatus.True, Reason.InMaintenance));
                maintenances.delete("machine");
                grantUntil(ground, granted, "machine", m -> false);
            }
            assertEquals(before, cluster.placement());
            granted.removeAll(TO_START);
            assertEquals(new TreeSet<>(Set.of("get configmaps", "list configmaps", "create configmaps", "patch configmaps", "delete configmaps", "get secrets", "get pods", "patch pods", "create events",
                    "get leases", "create leases", "update leases", "create nodemaintenances", "delete nodemaintenances")), granted);
        }
    }

    private static void connection(NodeMaintenanceSpec spec) {
        spec.setConnection(new ConnectionSpec());
        spec.getConnection().setAuth(new AuthSpec());
        spec.getConnection().getAuth().setSecretName("cache-auth");
    }

    /** Grants what the status says is missing, and nothing else, until it is as wanted, or gone. */
    private static void grantUntil(Ground ground, Set<String> granted, String name, Predicate<NodeMaintenance> wanted) {
        Awaitility.await(name).atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            NodeMaintenance now = ground.client.resources(NodeMaintenance.class).inNamespace(ground.namespace).withName(name).get();
            if (now != null && (now.getStatus() == null || !wanted.test(now))) {
                missing(now).filter(granted::add).ifPresent(right -> grant(ground, granted));
                throw new AssertionError(granted + " " + now.getStatus());
            }
        });
    }

    private static Optional<String> missing(NodeMaintenance m) {
        return ConditionList.find(m, ConditionType.Stalled).filter(c -> c.getReason().equals(Reason.MissingPermission.name()))
                .map(c -> Pattern.compile("may not (\\w+) ([\\w/]+)").matcher(c.getMessage())).filter(Matcher::find).map(said -> said.group(1) + " " + said.group(2));
    }

    /** In the Role these and no others. */
    private static void grant(Ground ground, Set<String> rights) {
        List<PolicyRule> rules = rights.stream().map(right -> right.split(" ")).map(right -> new PolicyRuleBuilder().withVerbs(right[0]).withResources(right[1])
                .withApiGroups(right[1].startsWith("nodemaintenances") ? "redis-maintenance.dev" : right[1].equals("leases") ? "coordination.k8s.io" : "").build()).toList();
        ground.client.rbac().roles().inNamespace(ground.namespace).withName("redis-maintenance-operator").edit(role -> new RoleBuilder(role).withRules(rules).build());
    }

    /** Beginning, reporting, looking and ending, in this order; each is granted again. */
    @Test
    void a_permission_without_which_no_status_is_written_is_told_by_an_event() throws Exception {
        try (Ground ground = new Ground()) {
            KubernetesClient account = ground.account();
            Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
            try (RunningOperator operator = new RunningOperator(account, ground.namespace)) {
                for (String missing : List.of("patch nodemaintenances", "patch nodemaintenances/status", "list nodemaintenances")) {
                    String name = missing.replaceAll("\\W", "-");
                    without(ground, missing);
                    maintenances.on(name, "there-is-none");
                    awaitTold(ground, name, missing);
                    grantAll(ground);
                    maintenances.awaitStalled(name, Reason.PodNotFound);
                }
                without(ground, "patch nodemaintenances");
                maintenances.delete("list-nodemaintenances");
                awaitTold(ground, "list-nodemaintenances", "patch nodemaintenances");
                grantAll(ground);
                maintenances.awaitGone("list-nodemaintenances");
            }
        }
    }

    private static void grantAll(Ground ground) throws Exception {
        ground.rights().forEach(o -> ground.client.resource(o).forceConflicts().serverSideApply());
    }

    private static void without(Ground ground, String right) {
        Set<String> rights = new TreeSet<>(TO_START);
        rights.addAll(List.of("list configmaps", "get leases", "create leases", "update leases", "create events"));
        rights.remove(right);
        grant(ground, rights);
    }

    private static void awaitTold(Ground ground, String name, String missing) {
        Awaitility.await(missing).atMost(Duration.ofSeconds(30)).until(() -> ground.client.v1().events().inNamespace(ground.namespace).list().getItems().stream()
                .anyMatch(e -> e.getInvolvedObject().getName().equals(name) && e.getType().equals("Warning") && e.getReason().equals("MissingPermission")
                        && e.getMessage().startsWith("the operator may not " + missing + "; grant it in its Role")));
    }

    /** The controller of the pods: nothing in this test acts on it. */
    @Test
    void the_annotation_of_the_pods_StatefulSet_counts_and_where_it_may_not_be_read_that_is_told() throws Exception {
        try (Ground ground = new Ground()) {
            KubernetesClient account = ground.account();
            StatefulSet owner = ground.client.resource(new StatefulSetBuilder().withNewMetadata().withNamespace(ground.namespace).withName("cache")
                    .addToAnnotations(PodReader.CONNECTION, "{auth: {secretName: cache-auth}}").endMetadata()
                    .withNewSpec().withReplicas(0).withServiceName("cache").withNewSelector().addToMatchLabels("app", "cache").endSelector()
                    .withNewTemplate().withNewMetadata().addToLabels("app", "cache").endMetadata()
                    .withNewSpec().addNewContainer().withName("server").withImage("valkey:9.1").endContainer().endSpec().endTemplate().endSpec().build()).create();
            ground.rights().forEach(o -> {
                if (o instanceof Role role) {
                    role.getRules().removeIf(rule -> rule.getResources().contains("statefulsets"));
                }
                ground.client.resource(o).serverSideApply();
            });
            try (RedisCluster cluster = spec(ground).password("pa55word").pods(pod -> new PodBuilder(pod).editMetadata().addNewOwnerReference()
                            .withApiVersion("apps/v1").withKind("StatefulSet").withName("cache").withUid(owner.getMetadata().getUid()).withController(true)
                            .endOwnerReference().endMetadata().build()).create();
                    RunningOperator operator = new RunningOperator(account, ground.namespace)) {
                Placement before = cluster.placement();
                Maintenances maintenances = new Maintenances(ground.client, ground.namespace);
                maintenances.on("patch", "cache-0");
                maintenances.awaitStalled("patch", Reason.AuthenticationFailed);
                String message = maintenances.condition("patch", ConditionType.Ready).orElseThrow().getMessage();
                assertTrue(message.contains("whether StatefulSet cache has the annotation is not known: the operator may not get statefulsets"), message);
                ground.rights().forEach(o -> ground.client.resource(o).serverSideApply());
                maintenances.awaitReady("patch", Reason.InMaintenance);
                maintenances.delete("patch");
                maintenances.awaitGone("patch");
                assertEquals(before, cluster.placement());
            }
        }
    }

    /** Needs every permission: those for the readiness gate as well. */
    private static RedisCluster gatedCluster(Ground ground) {
        return spec(ground).pods(InServiceIT::gated).create();
    }

    private static ClusterSpec spec(Ground ground) {
        return RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name("cache").image("valkey:9.1").primaries(3)
                .replicasPerPrimary(1);
    }

    /** Of a chart that serves this namespace only, with all that can be allowed there. */
}
