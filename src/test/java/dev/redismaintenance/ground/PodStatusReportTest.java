package dev.redismaintenance.ground;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodStatusReportTest {

    private static final String GATE = "ground.test/in-service";

    @Test
    void aPodWithAGateIsReadyOnlyWhenTheGateIsTrue() {
        assertEquals("False", condition(report().applyTo(gated("False")), "Ready"));
        assertEquals("True", condition(report().applyTo(gated("False")), "ContainersReady"));
        assertEquals("True", condition(report().applyTo(gated("True")), "Ready"));
    }

    @Test
    void conditionsOfOthersStayAsTheyAre() {
        assertEquals("False", condition(report().applyTo(gated("False")), GATE));
    }

    @Test
    void reportingTheSameAgainChangesNothing() {
        Pod pod = gated("True");
        PodStatus once = report().applyTo(pod);
        assertEquals(once, report().applyTo(new PodBuilder(pod).withStatus(once).build()));
    }

    private static PodStatusReport report() {
        return new PodStatusReport("127.9.0.1", "127.9.255.1", "process://1", true, 0, Optional.empty(),
                Instant.EPOCH, Instant.EPOCH);
    }

    private static Pod gated(String value) {
        return new PodBuilder().withNewSpec().addNewReadinessGate(GATE)
                .addNewContainer().withName("server").withImage("valkey:9.1").endContainer().endSpec()
                .withNewStatus().addNewCondition().withType(GATE).withStatus(value).endCondition().endStatus().build();
    }

    private static String condition(PodStatus status, String type) {
        return status.getConditions().stream().filter(c -> c.getType().equals(type)).findFirst().orElseThrow().getStatus();
    }
}
