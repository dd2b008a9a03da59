package dev.redismaintenance.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.gate.GateName;
import dev.redismaintenance.operator.EventReason;
import dev.redismaintenance.operator.Finding;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Step;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Is the page of gates, conditions, reasons, events and steps what the enums say? */
class ReasonsDocTest {
    private static final Path PAGE = Path.of("docs/reference/reasons.md");

    @Test
    void the_page_of_gates_conditions_reasons_events_and_steps_is_current() throws Exception {
        GeneratedDocs.check(PAGE, String.join("\n",
                "# Gates, conditions, reasons, events and steps",
                "",
                "Generated from the code; `ReasonsDocTest` fails when it is stale.",
                "",
                "## Gates",
                "Each is one class in `gate/`; its verdict and finding are in `status.gates`.",
                "",
                table("gate", "question", GateName.values(), GateName::question),
                "## Conditions",
                "What True says of each, in `status.conditions`.",
                "",
                GeneratedDocs.table("condition", "True says", EnumSentences.of(ConditionType.class)),
                "## Reasons of `Ready`",
                "Printed as the phase; also [events](#events). `Stalled=True` carries the same reason when a person has to act.",
                "",
                table("reason", "meaning", Reason.values(), Reason::sentence),
                "## Reasons of the other conditions",
                "",
                table("reason", "meaning", Finding.values(), Finding::sentence),
                "## Events",
                "A reason of `Ready` that becomes the phase is an event of that name: `Normal`, or `Warning` where a person has to act (`Stalled=True`).",
                "Beside these:",
                "",
                events(),
                "## Steps",
                "What the operator does, one at a time; each is logged with its reason, and safe to be cut and repeated.",
                "",
                table("step", "what it does", Step.Kind.values(), Step.Kind::sentence)));
    }

    private static String events() {
        return Arrays.stream(EventReason.values())
                .map(e -> "| `" + e.name() + "` | " + e.type() + " | " + e.condition().map(c -> "`" + c + "`").orElse("") + " | " + GeneratedDocs.cell(e.sentence()) + " |\n")
                .collect(Collectors.joining("", "| event | type | of the condition | what it tells |\n|---|---|---|---|\n", ""));
    }

    @Test
    void the_description_of_a_condition_names_every_type() throws Exception {
        String description = Condition.class.getDeclaredField("type").getAnnotation(JsonPropertyDescription.class).value();
        String all = Arrays.stream(ConditionType.values()).map(Enum::name).collect(Collectors.joining(", ")).replaceFirst(", (\\w+)$", " or $1");
        assertEquals("Type of the condition: " + all + ".", description);
    }

    private static <E extends Enum<E>> String table(String first, String second, E[] all, Function<E, String> sentence) {
        Map<String, String> rows = new LinkedHashMap<>();
        Arrays.stream(all).forEach(e -> rows.put("`" + e.name() + "`", sentence.apply(e)));
        return GeneratedDocs.table(first, second, rows);
    }
}
