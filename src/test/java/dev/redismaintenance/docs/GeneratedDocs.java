package dev.redismaintenance.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** Does a generated file of the repository still say what the code says? */
public final class GeneratedDocs {
    public static final String UPDATE = "docs.update";

    private GeneratedDocs() {
    }

    /** Fails when the documentation file differs from the content; rewrites it instead when run with {@code -Ddocs.update=true}. */
    public static void check(Path file, String content) {
        check(file, content, UPDATE);
    }

    /** The same with another switch for rewriting. */
    public static void check(Path file, String content, String updateProperty) {
        try {
            String present = Files.exists(file) ? Files.readString(file) : null;
            if (content.equals(present)) {
                return;
            }
            if (!Boolean.getBoolean(updateProperty)) {
                throw new AssertionError(complaint(file, content, present, updateProperty));
            }
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A Markdown table of an enum's constants, from what {@link EnumSentences} finds. */
    public static String table(String firstHeading, String secondHeading, Map<String, String> rows) {
        return rows.entrySet().stream()
                .map(row -> "| `" + row.getKey() + "` | " + cell(row.getValue()) + " |\n")
                .collect(Collectors.joining("", "| " + firstHeading + " | " + secondHeading + " |\n|---|---|\n", ""));
    }

    /** Text that cannot end a table cell by accident. */
    public static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }

    private static String complaint(Path file, String content, String present, String updateProperty) {
        String how = file + (present == null ? " does not exist" : " is stale") + ". It is generated from the code: run\n"
                + "  mvn test -D" + updateProperty + "=true\nand commit what changed.";
        return present == null ? how : how + " " + firstDifference(content, present);
    }

    private static String firstDifference(String content, String present) {
        String[] expected = content.split("\n", -1);
        String[] actual = present.split("\n", -1);
        int line = 0;
        while (line < expected.length && line < actual.length && expected[line].equals(actual[line])) {
            line++;
        }
        return "First difference in line " + (line + 1) + ":\n  file: " + lineOf(actual, line) + "\n  code: " + lineOf(expected, line);
    }

    private static String lineOf(String[] lines, int line) {
        return line < lines.length ? lines[line] : "(the end)";
    }
}
