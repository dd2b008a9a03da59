package dev.redismaintenance.docs;

import dev.redismaintenance.gate.GateName;
import dev.redismaintenance.operator.Finding;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Step;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Is the page of gates, reasons and steps what the enums say? */
class ReasonsDocTest {
    private static final Path PAGE = Path.of("docs/reference/reasons.md");

    @Test
    void the_page_of_gates_reasons_and_steps_is_current() throws Exception {
        GeneratedDocs.check(PAGE, String.join("\n",
                "# Gates, conditions, reasons and steps",
                "",
                "Generated from the code; `ReasonsDocTest` fails when it is stale.",
                "",
                "## Gates",
                "Each is one class in `gate/`; its verdict and finding are in `status.gates`.",
                "",
                table("gate", "question", GateName.values(), GateName::question),
                "## Reasons of `Ready`",
                "Printed as the phase; also events. `Stalled=True` carries the same reason when a person has to act.",
                "",
                table("reason", "meaning", Reason.values(), Reason::sentence),
                "## Reasons of the other conditions",
                "",
                table("reason", "meaning", Finding.values(), Finding::sentence),
                "## Steps",
                "What the operator does, one at a time; each is logged with its reason, and safe to be cut and repeated.",
                "",
                table("step", "what it does", Step.Kind.values(), Step.Kind::sentence)));
    }

    private static <E extends Enum<E>> String table(String first, String second, E[] all, Function<E, String> sentence) {
        Map<String, String> rows = new LinkedHashMap<>();
        Arrays.stream(all).forEach(e -> rows.put("`" + e.name() + "`", sentence.apply(e)));
        return GeneratedDocs.table(first, second, rows);
    }
}
