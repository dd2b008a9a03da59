package dev.redismaintenance.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.cluster.UpdatePlan;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What does a StatefulSet say of how it updates its pods? */
class UpdatePlanReaderTest {
    @Test
    void without_a_word_it_replaces_all_by_itself() {
        assertEquals(Optional.of(new UpdatePlan("cache-7b4", true, 0)), read(new StatefulSetBuilder().withNewSpec().endSpec()
                .withNewStatus().withUpdateRevision("cache-7b4").endStatus().build()));
    }

    @Test
    void the_partition_is_read() {
        assertEquals(Optional.of(new UpdatePlan("cache-7b4", true, 2)), read(new StatefulSetBuilder().withNewSpec()
                .withNewUpdateStrategy().withType("RollingUpdate").withNewRollingUpdate().withPartition(2).endRollingUpdate().endUpdateStrategy().endSpec()
                .withNewStatus().withUpdateRevision("cache-7b4").endStatus().build()));
    }

    @Test
    void OnDelete_leaves_it_to_others() {
        assertEquals(Optional.of(new UpdatePlan("cache-7b4", false, 0)), read(new StatefulSetBuilder().withNewSpec()
                .withNewUpdateStrategy().withType("OnDelete").endUpdateStrategy().endSpec().withNewStatus().withUpdateRevision("cache-7b4").endStatus().build()));
    }

    @Test
    void one_that_no_controller_has_looked_at_tells_nothing() {
        assertEquals(Optional.empty(), read(new StatefulSetBuilder().withNewSpec().endSpec().build()));
    }

    private static Optional<UpdatePlan> read(StatefulSet whole) {
        return UpdatePlanReader.read(AsRead.of(whole, StatefulSet.class));
    }
}
