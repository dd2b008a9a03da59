package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.docs.GeneratedDocs;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/** What do Argo CD and Flux take a maintenance for, at each place of its life? */
class GitOpsTest {
    private static final Path ARGOCD = Path.of("k8s", "gitops", "argocd");
    private static final List<String> ACTIONS = List.of("off", "on", "dry-run", "start");
    private static final String KIND = "redis-maintenance.dev_NodeMaintenance";
    /** The only other copy of cache-1's shard is on its own machine. */
    private final World world = new World(Topology.of(3, 1, 0).onMachine("worker-1", "cache-1", "cache-4"));
    private final MaintenanceLoop operator = world.operator();

    private NodeMaintenance apply(String pod, Consumer<NodeMaintenanceSpec> spec) {
        world.kubernetes.apply("patch", pod, spec);
        return now();
    }

    private NodeMaintenance now() {
        return world.kubernetes.get("patch").orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(NodeMaintenance m) {
        return Serialization.unmarshal(Serialization.asJson(m), Map.class);
    }

    private static void assertHealth(String argocd, Kstatus kstatus, String reason, NodeMaintenance m) {
        Map<String, Object> health = Lua.run(ARGOCD.resolve("health.lua"), map(m));
        assertEquals(argocd, health.get("status"), () -> "" + m.getStatus());
        assertTrue(health.get("message").toString().startsWith(reason), () -> "" + health);
        assertEquals(kstatus, Kstatus.of(m), () -> "" + m.getStatus());
    }

    @Test
    void one_that_goes_in_and_out() {
        NodeMaintenance fresh = apply("cache-0", spec -> { });
        // as the API server makes it: the resource definition has this for its default
        fresh.setStatus(Serialization.unmarshal("{\"observedGeneration\": -1}", NodeMaintenanceStatus.class));
        assertHealth("Progressing", Kstatus.InProgress, "the operator has not looked", fresh);
        world.turn(operator);
        assertHealth("Progressing", Kstatus.InProgress, now().getStatus().getConditions().get(0).getReason(), now());
        world.untilReady(operator, "patch", Reason.InMaintenance);
        assertHealth("Healthy", Kstatus.Current, "InMaintenance: ", now());

        NodeMaintenance asked = apply("cache-0", spec -> spec.setMode(Mode.Off));
        assertHealth("Progressing", Kstatus.InProgress, "the operator has not looked", asked);
        world.turn(operator);
        assertHealth("Progressing", Kstatus.InProgress, "", now());
        world.untilReady(operator, "patch", Reason.Restored);
        assertHealth("Healthy", Kstatus.Current, "Restored: ", now());
    }

    @Test
    void one_that_is_overdue_stays_healthy_and_says_so() {
        apply("cache-0", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        NodeMaintenance late = now();
        List<Condition> conditions = new ArrayList<>(late.getStatus().getConditions());
        conditions.add(new Condition(ConditionType.Overdue, ConditionStatus.True, late.getStatus().getObservedGeneration(), "2026-01-01T04:00:00Z", "ClosedForLong", "since midnight"));
        late.getStatus().setConditions(conditions);
        assertHealth("Healthy", Kstatus.Current, "InMaintenance: ", late);
        assertTrue(Lua.run(ARGOCD.resolve("health.lua"), map(late)).get("message").toString().endsWith("; overdue: since midnight"));
    }

    @Test
    void one_that_a_gate_refuses() {
        apply("cache-4", spec -> { });
        world.until(operator, "refused", () -> world.ready("patch").equals("False " + Reason.GateRefused));
        assertHealth("Degraded", Kstatus.Failed, "GateRefused: RedundancyKept", now());
    }

    @Test
    void a_dry_run_waits_for_a_person() {
        apply("cache-0", spec -> spec.setDryRun(true));
        world.until(operator, "planned", () -> world.ready("patch").equals("False " + Reason.Planned));
        assertHealth("Suspended", Kstatus.InProgress, "Planned: ", now());
    }

    @Test
    void one_that_is_deleted_is_on_its_way_until_all_is_back() {
        apply("cache-0", spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
        world.kubernetes.delete("patch");
        while (world.kubernetes.get("patch").isPresent()) {
            assertEquals(Kstatus.Terminating, Kstatus.of(now()));
            world.turn(operator);
        }
    }

    /** @param offered the actions that are not greyed out */
    @ParameterizedTest
    @CsvSource({"On, false, off dry-run", "Off, false, on dry-run", "On, true, off start", "Off, true, on start"})
    void an_action_is_offered_where_it_changes_something(Mode mode, boolean dryRun, String offered) {
        NodeMaintenance m = apply("cache-0", spec -> {
            spec.setMode(mode);
            spec.setDryRun(dryRun);
        });
        Map<String, Object> all = Lua.run(ARGOCD.resolve("actions/discovery.lua"), map(m));
        assertEquals(ACTIONS.stream().sorted().toList(), all.keySet().stream().sorted().toList());
        List<String> enabled = ACTIONS.stream().filter(name -> ((Map<?, ?>) all.get(name)).get("disabled").equals(false)).toList();
        assertEquals(List.of(offered.split(" ")).stream().sorted().toList(), enabled.stream().sorted().toList());
        for (String name : ACTIONS) {
            Map<String, Object> changed = Lua.run(ARGOCD.resolve("actions").resolve(name).resolve("action.lua"), map(m));
            NodeMaintenance after = Serialization.unmarshal(Serialization.asJson(changed), NodeMaintenance.class);
            assertEquals(enabled.contains(name), !Serialization.asJson(after.getSpec()).equals(Serialization.asJson(m.getSpec())), name + " changes " + m.getSpec());
        }
    }

    /** For people who run Argo CD: the scripts in the form in which its settings take them; made anew with {@code -Ddocs.update=true}. */
    @Test
    void the_settings_for_argo_cd_have_the_scripts_as_they_are() {
        String actions = "discovery.lua: |\n" + indented(2, "actions/discovery.lua") + "definitions:\n" + ACTIONS.stream()
                .map(name -> "- name: \"" + name + "\"\n  action.lua: |\n" + indented(4, "actions/" + name + "/action.lua")).collect(Collectors.joining());
        GeneratedDocs.check(ARGOCD.resolve("argocd-cm.yaml"), """
                # Argo CD's health check and actions of a NodeMaintenance, made from the scripts beside this file. Merge it into the settings that are there:
                #   kubectl patch configmap argocd-cm --namespace argocd --patch-file argocd-cm.yaml
                data:
                  resource.customizations.health.%1$s: |
                %2$s  resource.customizations.actions.%1$s: |
                %3$s""".formatted(KIND, indented(4, "health.lua"), actions.indent(4)));
    }

    /** Argo CD reads YAML 1.1, to which a bare {@code off} is {@code false}: it would know no action of that name. */
    @Test
    void argo_cd_reads_the_names_of_the_actions_as_they_are() throws IOException {
        Map<String, Map<String, String>> settings = new Yaml().load(Files.readString(ARGOCD.resolve("argocd-cm.yaml")));
        Map<String, List<Map<String, Object>>> actions = new Yaml().load(settings.get("data").get("resource.customizations.actions." + KIND));
        assertEquals(ACTIONS, actions.get("definitions").stream().map(d -> d.get("name")).toList());
    }

    private static String indented(int columns, String script) {
        try {
            return Files.readString(ARGOCD.resolve(script)).indent(columns);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The recipes of both tools: what waits for what is written in them, and it is the same maintenance throughout. */
    @Test
    void the_recipes_name_one_maintenance() throws IOException {
        List<Map<String, Object>> hooks;
        try (Stream<Path> files = Files.list(ARGOCD.resolve("recipe"))) {
            hooks = files.sorted().flatMap(GitOpsTest::documents).filter(d -> metadata(d).containsKey("annotations")).toList();
        }
        assertEquals(List.of("NodeMaintenance", "Job", "Job"), hooks.stream().map(d -> d.get("kind")).toList());
        assertEquals(List.of("0", "1", "2"), hooks.stream().map(d -> ((Map<?, ?>) metadata(d).get("annotations")).get("argocd.argoproj.io/sync-wave")).toList());
        String name = metadata(hooks.get(0)).get("name").toString();
        assertTrue(Serialization.asJson(hooks.get(2)).contains("\"nodemaintenance\",\"" + name + "\""), () -> "" + hooks.get(2));

        List<Map<String, Object>> kustomizations = documents(Path.of("k8s/gitops/flux/kustomizations.yaml")).toList();
        Map<?, ?> first = (Map<?, ?>) kustomizations.get(0).get("spec");
        Map<?, ?> second = (Map<?, ?>) kustomizations.get(1).get("spec");
        assertEquals(List.of(Map.of("name", metadata(kustomizations.get(0)).get("name"))), second.get("dependsOn"));
        Map<?, ?> kept = (Map<?, ?>) documents(Path.of(first.get("path").toString(), "maintenance.yaml")).findFirst().orElseThrow().get("spec");
        Map<String, Object> work = documents(Path.of(second.get("path").toString(), "job.yaml")).findFirst().orElseThrow();
        assertTrue(Serialization.asJson(work).contains("\"nodeName\":\"" + kept.get("nodeName") + "\""), () -> "" + work);
        for (Map<?, ?> spec : List.of(first, second)) {
            assertEquals(true, spec.get("wait"));
            assertNull(spec.get("healthChecks"), "Flux would wait for what was taken out of Git");
            // Git keeps no empty directory, and Flux prunes nothing where the path is gone
            assertTrue(Files.exists(Path.of(spec.get("path").toString(), "README.md")), () -> "" + spec.get("path"));
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> metadata(Map<String, Object> document) {
        return (Map<String, Object>) document.get("metadata");
    }

    @SuppressWarnings("unchecked")
    private static Stream<Map<String, Object>> documents(Path file) {
        try {
            return Stream.of(Files.readString(file).split("(?m)^---$")).map(text -> (Map<String, Object>) Serialization.unmarshal(text, Map.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
