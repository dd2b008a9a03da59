package dev.redismaintenance.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Which rights does the chart give to whom? Every one is listed here, so that one more fails; that none of them can be left out is
 * {@link dev.redismaintenance.operator.RbacIT}'s question.
 */
class RightsTest {
    private static final Set<String> NAMESPACE = Set.of("get nodemaintenances", "list nodemaintenances", "watch nodemaintenances", "patch nodemaintenances",
            "patch nodemaintenances/status", "get pods", "list pods", "watch pods", "patch pods", "patch pods/status",
            "get configmaps", "list configmaps", "create configmaps", "patch configmaps", "delete configmaps", "get secrets", "create events", "get statefulsets",
            "create leases", "get leases redis-maintenance", "update leases redis-maintenance");

    @Test
    void for_all_namespaces_one_ClusterRole_and_of_Kubernetes_Nodes_the_list() {
        assertEquals(Map.of("everywhere", plus(NAMESPACE, "list nodes")), operator("redis-maintenance", ""));
    }

    @Test
    void for_some_namespaces_a_Role_in_each_and_cluster_wide_nothing_but_the_list_of_Kubernetes_Nodes() {
        assertEquals(Map.of("a", plus(NAMESPACE), "b", plus(NAMESPACE), "everywhere", plus(Set.of(), "list nodes")),
                operator("redis-maintenance", "watchNamespaces: [a, b]"));
    }

    @Test
    void without_that_list_nothing_at_all_is_cluster_wide() {
        assertEquals(Map.of("a", plus(NAMESPACE)), operator("a", "{watchNamespaces: [a], nodes: { list: false }}"));
    }

    @Test
    void only_where_nodeName_is_allowed_may_it_cordon_and_make_NodeMaintenances() {
        assertEquals(Map.of("a", plus(NAMESPACE, "create nodemaintenances", "delete nodemaintenances"), "everywhere", plus(Set.of(), "list nodes", "get nodes", "patch nodes")),
                operator("a", "{watchNamespaces: [a], nodeName: { allowed: true }}"));
        assertEquals(Map.of("everywhere", plus(NAMESPACE, "create nodemaintenances", "delete nodemaintenances", "list nodes", "get nodes", "patch nodes")),
                operator("a", "{nodes: { list: false }, nodeName: { allowed: true }}"));
    }

    @Test
    void the_right_to_read_StatefulSets_can_be_left_out() {
        Set<String> less = plus(NAMESPACE);
        less.remove("get statefulsets");
        assertEquals(Map.of("a", less), operator("a", "{watchNamespaces: [a], nodes: { list: false }, statefulSets: { get: false }}"));
    }

    @Test
    void users_see_or_edit_by_the_clusters_own_roles_and_override_by_none() {
        Map<String, ClusterRole> roles = Chart.of(ClusterRole.class, Chart.objects("cache", "")).stream()
                .collect(Collectors.toMap(r -> r.getMetadata().getName(), r -> r));
        assertEquals(plus(Set.of(), "get nodemaintenances", "list nodemaintenances", "watch nodemaintenances"), rights(roles.get("redis-maintenance-view").getRules()));
        assertEquals(plus(Set.of(), "get nodemaintenances", "list nodemaintenances", "watch nodemaintenances", "create nodemaintenances", "update nodemaintenances",
                "patch nodemaintenances", "delete nodemaintenances", "deletecollection nodemaintenances"), rights(roles.get("redis-maintenance-edit").getRules()));
        assertEquals(plus(Set.of(), "override nodemaintenances"), rights(roles.get("redis-maintenance-override").getRules()));
        assertEquals(Map.of("redis-maintenance-view", Set.of("aggregate-to-view"), "redis-maintenance-edit", Set.of("aggregate-to-edit")), aggregated(""));
        assertEquals(Map.of(), aggregated("userRoles: { aggregate: false }"));
    }

    private static Map<String, Set<String>> aggregated(String values) {
        Map<String, Set<String>> aggregated = new TreeMap<>();
        for (ClusterRole role : Chart.of(ClusterRole.class, Chart.objects("cache", values))) {
            role.getMetadata().getLabels().keySet().stream().filter(l -> l.startsWith("rbac.authorization.k8s.io/"))
                    .forEach(l -> aggregated.computeIfAbsent(role.getMetadata().getName(), n -> new TreeSet<>()).add(l.replaceFirst(".*/", "")));
        }
        return aggregated;
    }

    /** What the operator's ServiceAccount is bound to, by namespace. */
    private static Map<String, Set<String>> operator(String namespace, String values) {
        List<HasMetadata> objects = Chart.objects(namespace, values);
        Map<String, Set<String>> granted = new TreeMap<>();
        for (RoleBinding binding : Chart.of(RoleBinding.class, objects)) {
            assertEquals(List.of(new Subject("", "ServiceAccount", Chart.NAME, namespace)), ungrouped(binding.getSubjects()));
            Chart.of(Role.class, objects).stream().filter(r -> r.getMetadata().getName().equals(binding.getRoleRef().getName())
                            && r.getMetadata().getNamespace().equals(binding.getMetadata().getNamespace()))
                    .forEach(r -> granted.computeIfAbsent(r.getMetadata().getNamespace(), n -> new TreeSet<>()).addAll(rights(r.getRules())));
        }
        for (ClusterRoleBinding binding : Chart.of(ClusterRoleBinding.class, objects)) {
            assertEquals(List.of(new Subject("", "ServiceAccount", Chart.NAME, namespace)), ungrouped(binding.getSubjects()));
            Chart.of(ClusterRole.class, objects).stream().filter(r -> r.getMetadata().getName().equals(binding.getRoleRef().getName()))
                    .forEach(r -> granted.computeIfAbsent("everywhere", n -> new TreeSet<>()).addAll(rights(r.getRules())));
        }
        return granted;
    }

    private static List<Subject> ungrouped(List<Subject> subjects) {
        return subjects.stream().map(s -> new Subject("", s.getKind(), s.getName(), s.getNamespace())).toList();
    }

    private static Set<String> rights(List<PolicyRule> rules) {
        return rules.stream().flatMap(rule -> rule.getResources().stream().flatMap(r -> rule.getVerbs().stream().flatMap(v -> rule.getResourceNames().isEmpty()
                ? Stream.of(v + " " + r) : rule.getResourceNames().stream().map(n -> v + " " + r + " " + n)))).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> plus(Set<String> rights, String... more) {
        Set<String> all = new TreeSet<>(rights);
        all.addAll(Set.of(more));
        return all;
    }
}
