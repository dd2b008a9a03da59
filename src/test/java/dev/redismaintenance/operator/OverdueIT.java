package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.plan.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A node that stays closed for longer than is usual: who hears of it, and does it change anything? */
class OverdueIT {
    @Test
    void it_is_said_once_with_since_when_and_why_and_changes_nothing() {
        try (Scene scene = new Scene("valkey:8.1")) {
            Maintenances maintenances = scene.maintenances;
            maintenances.on("patch", "cache-1", spec -> spec.setReason("kernel patch"));
            NodeMaintenance in = maintenances.awaitReady("patch", Reason.InMaintenance);
            assertFalse(ConditionList.find(in.getStatus().getConditions(), ConditionType.Overdue).isPresent());

            // only the operator's idea of what is too long is another one
            scene.stopOperator();
            scene.startOperator(Scene.QUICK.withOverdue(Duration.ofSeconds(1)));
            NodeMaintenance late = maintenances.await("patch", "overdue",
                    m -> ConditionList.find(m.getStatus().getConditions(), ConditionType.Overdue).isPresent());
            Condition overdue = ConditionList.find(late.getStatus().getConditions(), ConditionType.Overdue).orElseThrow();
            assertTrue(overdue.getMessage().contains(late.getStatus().getSince()) && overdue.getMessage().contains("kernel patch"), overdue::getMessage);
            assertTrue(Maintenances.has(late, ConditionType.Ready, ConditionStatus.True, Reason.InMaintenance));
            scene.awaitLooks();
            assertEquals(1, scene.ground.client.v1().events().inNamespace(scene.ground.namespace).list().getItems().stream()
                    .filter(e -> e.getReason().equals(Finding.ClosedForLong.name()) && e.getType().equals("Warning")).count());

            maintenances.delete("patch");
            maintenances.awaitGone("patch");
            scene.assertRestored();
        }
    }
}
