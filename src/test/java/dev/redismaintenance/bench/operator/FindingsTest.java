package dev.redismaintenance.bench.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.bench.Bar;
import dev.redismaintenance.bench.operator.Findings.Load;
import dev.redismaintenance.bench.operator.Findings.Start;
import dev.redismaintenance.bench.operator.PlanCost.Figures;
import dev.redismaintenance.bench.operator.PlanCost.Question;
import dev.redismaintenance.bench.operator.Requests.Request;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FindingsTest {
    private static final Request READ = new Request(Instant.EPOCH, "list", "pods", "a");
    private static final Request WRITE = new Request(Instant.EPOCH, "patch", "pods", "a");

    @Test
    void the_worst_second_is_held_against_the_bar_of_memory() {
        assertEquals(List.of("held", "MISSED"), List.of(memory(List.of(100L, 160L)), memory(List.of(100L, 161L, 100L))));
    }

    private static String memory(List<Long> resident) {
        return told(new Findings(List.of(load(100, resident, List.of(READ))), Map.of()), "memory");
    }

    @Test
    void one_write_is_too_many() {
        assertEquals("held", told(new Findings(List.of(load(1, List.of(1L), List.of(READ, READ))), Map.of()), "writes"));
        assertEquals("MISSED", told(new Findings(List.of(load(1, List.of(1L), List.of(READ, WRITE))), Map.of()), "writes"));
    }

    @Test
    void what_was_not_measured_is_missed() {
        List<Bar> bars = new Findings(List.of(), Map.of()).bars();
        assertTrue(bars.size() > 2 * 4 && bars.stream().noneMatch(Bar::held), bars::toString);
    }

    @Test
    void the_figures_of_another_process_are_read_as_they_are_written() {
        Figures figures = new Figures(12.5, 1.25, 3, 30);
        assertEquals(figures, Figures.parse(figures.line()));
        assertEquals("held", told(new Findings(List.of(), Map.of(Question.ENTER, figures)), "planner " + Question.ENTER.words));
    }

    private static String told(Findings findings, String what) {
        return findings.bars().stream().map(Bar::toString).filter(line -> line.contains(what)).findFirst().orElseThrow().split(" ")[0];
    }

    private static Load load(int resources, List<Long> resident, List<Request> requests) {
        return new Load(resources, "some", List.of(), List.of(new Start(1, 1, 1)), resident, 1, 20, 30, new Requests(requests), 0.5);
    }

    @Test
    void numbers_of_resources_that_cannot_be_measured_are_refused_before_anything_is_started() {
        assertEquals(List.of(1, 100), OperatorBench.resources(" 1  100 "));
        assertEquals(List.of(1, 100, 1000), OperatorBench.resources("1 100 1000"));
        for (String wrong : List.of("", "100", "1 10", "1 1000", "1,100")) {
            String told = assertThrows(IllegalArgumentException.class, () -> OperatorBench.resources(wrong)).getMessage();
            assertTrue(told.contains("\"1 100\""), told);
        }
    }
}
