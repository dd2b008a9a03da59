package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.redismaintenance.api.Mode;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.ground.Program;
import dev.redismaintenance.ground.ToolCache;
import dev.redismaintenance.memory.Topology;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The settings for Argo CD, read and run by Argo CD's own code; skipped where {@code make gitops} has not built it. What is expected is in {@link GitOpsTest}. */
class ArgoCdIT {
    private static final Path SETTINGS = Path.of("k8s/gitops/argocd/argocd-cm.yaml");
    private final World world = new World(Topology.of(3, 1, 0).onMachine("worker-1", "cache-1", "cache-4"));
    private final MaintenanceLoop operator = world.operator();

    /** Argo CD's answer: what it takes the object for, which of the actions are greyed out, and what each makes of the object. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Answer(Map<String, String> health, TreeMap<String, Boolean> disabled, TreeMap<String, NodeMaintenance> after) {
    }

    private static Answer ask(NodeMaintenance m) {
        Path program = ToolCache.optional("argocd/argocd-lua", "gitops");
        try {
            Object settings = Serialization.unmarshal(Files.readString(SETTINGS), Map.class);
            return Serialization.unmarshal(Program.run(Serialization.asJson(Map.of("configMap", settings, "object", m)), List.of(program.toString())), Answer.class);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private NodeMaintenance apply(String pod, Consumer<NodeMaintenanceSpec> spec) {
        world.kubernetes.apply("patch", pod, spec);
        return now();
    }

    private NodeMaintenance now() {
        return world.kubernetes.get("patch").orElseThrow();
    }

    @Test
    void its_health_at_each_place_of_a_maintenance() {
        NodeMaintenance fresh = apply("cache-0", spec -> { });
        assertEquals(Map.of("status", "Progressing", "message", "the operator has not looked at it yet"), ask(fresh).health());
        world.turn(operator);
        assertEquals("Progressing", ask(now()).health().get("status"));
        world.untilReady(operator, "patch", Reason.InMaintenance);
        assertEquals("Healthy", ask(now()).health().get("status"));
        apply("cache-0", spec -> spec.setMode(Mode.Off));
        assertEquals("Progressing", ask(now()).health().get("status"));
        world.untilReady(operator, "patch", Reason.Restored);
        assertEquals("Healthy", ask(now()).health().get("status"));
    }

    @Test
    void one_that_is_refused_and_one_that_only_plans() {
        apply("cache-4", spec -> { });
        world.until(operator, "refused", () -> world.ready("patch").equals("False " + Reason.GateRefused));
        assertEquals("Degraded", ask(now()).health().get("status"));
        world.kubernetes.delete("patch");
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
        apply("cache-0", spec -> spec.setDryRun(true));
        world.until(operator, "planned", () -> world.ready("patch").equals("False " + Reason.Planned));
        assertEquals("Suspended", ask(now()).health().get("status"));
    }

    @Test
    void each_action_changes_what_it_says_and_nothing_else() {
        NodeMaintenance m = apply("cache-0", spec -> {
            spec.setMode(Mode.On);
            spec.setDryRun(true);
        });
        Answer answer = ask(m);
        assertEquals(Map.of("off", false, "on", true, "dry-run", true, "start", false), answer.disabled());
        assertEquals(answer.disabled().keySet(), answer.after().keySet());
        answer.after().forEach((action, after) -> {
            NodeMaintenanceSpec expected = Serialization.clone(m.getSpec());
            expected.setMode(action.equals("off") ? Mode.Off : Mode.On);
            expected.setDryRun(!action.equals("start"));
            assertEquals(Serialization.asJson(expected), Serialization.asJson(after.getSpec()), action);
        });
    }
}
