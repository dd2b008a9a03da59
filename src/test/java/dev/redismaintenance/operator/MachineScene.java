package dev.redismaintenance.operator;

import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.plan.Reason;
import java.util.function.Consumer;

/** What is done and seen in the tests of a whole Kubernetes Node, by a person and by the operator. */
final class MachineScene {
    static final String NODE = "worker-0";

    private MachineScene() {
    }

    static void apply(World world, Consumer<NodeMaintenanceSpec> more) {
        applyNode(world, "patch", NODE, more);
    }

    static void applyNode(World world, String name, String node, Consumer<NodeMaintenanceSpec> more) {
        world.kubernetes.apply(name, null, spec -> {
            spec.setNodeName(node);
            more.accept(spec);
        });
    }

    static void enter(World world, MaintenanceLoop operator) {
        apply(world, spec -> { });
        world.untilReady(operator, "patch", Reason.InMaintenance);
    }

    static void leave(World world, MaintenanceLoop operator) {
        world.kubernetes.delete("patch");
        world.until(operator, "gone", () -> world.kubernetes.get("patch").isEmpty());
    }

    static void turns(World world, MaintenanceLoop operator, int count) {
        for (int i = 0; i < count; i++) {
            world.turn(operator);
        }
    }

    /** At the NodeMaintenance of one pod. */
    static void change(World world, String name, Consumer<NodeMaintenanceSpec> more) {
        NodeMaintenance child = world.kubernetes.get(name).orElseThrow();
        more.accept(child.getSpec());
        world.kubernetes.changeMaintenance(child);
    }

    static String told(World world, ConditionType type) {
        return ConditionList.find(world.kubernetes.get("patch").orElseThrow(), type).orElseThrow().getMessage();
    }
}
