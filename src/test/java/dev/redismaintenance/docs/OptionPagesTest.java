package dev.redismaintenance.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.AuthSpec;
import dev.redismaintenance.api.ConnectionSpec;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.api.TlsSpec;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Has every field of the spec its page, with what it really prints, and does the list of options lead there? */
class OptionPagesTest {
    private static final Path LIST = Path.of("docs/options/README.md");
    /** A page made by {@code hack/demo-output.sh}, or one with a command and what it printed. */
    private static final Pattern OUTPUT = Pattern.compile("(?m)^<!-- demo: .* -->\\n```\\n\\S|^\\$ kubectl .*\\n(?!```)\\S");

    static List<String> options() {
        return fields(NodeMaintenanceSpec.class);
    }

    @ParameterizedTest
    @MethodSource("options")
    void an_option_has_a_page_with_output_and_the_list_leads_there(String option) throws IOException {
        Matcher row = Pattern.compile("(?m)^\\| \\[`" + option + "`]\\(([^)#]+)(?:#[^)]*)?\\) \\|").matcher(Files.readString(LIST));
        assertTrue(row.find(), LIST + " has no row that begins with a link from `" + option + "` to its page");
        Path page = LIST.resolveSibling(row.group(1)).normalize();
        String text = Files.readString(page);
        assertTrue(Pattern.compile("`" + option + "\\b|^ *" + option + ":|[{, ]" + option + ": ", Pattern.MULTILINE).matcher(text).find(), page + " does not speak of " + option);
        assertTrue(OUTPUT.matcher(text).find(), page + " shows nothing that was printed");
    }

    @Test
    void the_page_of_connections_speaks_of_all_its_fields() throws IOException {
        String page = Files.readString(Path.of("docs/connection.md"));
        List<String> missing = Stream.of(ConnectionSpec.class, AuthSpec.class, TlsSpec.class).flatMap(type -> fields(type).stream())
                .filter(field -> !Pattern.compile("\\b" + field + ":|`" + field + "`").matcher(page).find()).toList();
        assertEquals(List.of(), missing);
    }

    private static List<String> fields(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields()).filter(f -> !Modifier.isStatic(f.getModifiers()) && !f.isSynthetic()).map(Field::getName).toList();
    }
}
