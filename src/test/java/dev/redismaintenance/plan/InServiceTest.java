package dev.redismaintenance.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.cluster.InServiceGate;
import dev.redismaintenance.cluster.Mark;
import dev.redismaintenance.cluster.PodFacts;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InServiceTest {
    private static final Optional<Mark> NONE = Optional.empty();
    private static final Optional<Mark> CLOSED = Optional.of(new Mark("patch", "", "2026-01-01T00:00:00Z", "snapshot", false));
    private static final Optional<Mark> OPENING = Optional.of(new Mark("patch", "", "2026-01-01T00:00:00Z", "snapshot", true));

    @Test
    void a_pod_that_no_maintenance_is_of_is_in_service() {
        assertEquals(Optional.of(true), write(InServiceGate.NOT_SET, NONE, false));
        assertEquals(Optional.of(true), write(InServiceGate.OUT_OF_SERVICE, NONE, false));
    }

    @Test
    void a_pod_with_a_mark_is_out_of_service_also_while_its_shards_are_on_their_way_back() {
        for (Optional<Mark> mark : List.of(CLOSED, OPENING)) {
            assertEquals(Optional.of(false), write(InServiceGate.IN_SERVICE, mark, true));
            assertEquals(Optional.of(false), write(InServiceGate.NOT_SET, mark, false));
        }
    }

    @Test
    void a_pod_that_was_made_anew_and_lost_its_mark_stays_out_of_service() {
        assertEquals(Optional.of(false), write(InServiceGate.NOT_SET, NONE, true));
    }

    @Test
    void what_it_says_already_is_not_written_again() {
        assertEquals(Optional.empty(), write(InServiceGate.IN_SERVICE, NONE, false));
        assertEquals(Optional.empty(), write(InServiceGate.OUT_OF_SERVICE, CLOSED, true));
    }

    @ParameterizedTest
    @EnumSource(InServiceGate.class)
    void a_pod_that_is_going_is_left_alone(InServiceGate gate) {
        assertEquals(Optional.empty(), InService.toWrite(pod(gate, NONE, true), false));
        assertEquals(Optional.empty(), InService.toWrite(pod(gate, CLOSED, true), true));
    }

    @Test
    void a_pod_without_the_gate_is_left_alone() {
        assertEquals(Optional.empty(), write(InServiceGate.NOT_DECLARED, NONE, false));
        assertEquals(Optional.empty(), write(InServiceGate.NOT_DECLARED, CLOSED, true));
    }

    private static Optional<Boolean> write(InServiceGate gate, Optional<Mark> mark, boolean begun) {
        return InService.toWrite(pod(gate, mark, false), begun);
    }

    private static PodFacts pod(InServiceGate gate, Optional<Mark> mark, boolean terminating) {
        return new PodFacts("cache-0", "uid", Optional.empty(), Optional.empty(), Optional.empty(), false, true, true, terminating, List.of(), mark, 0,
                Optional.empty(), gate);
    }
}
