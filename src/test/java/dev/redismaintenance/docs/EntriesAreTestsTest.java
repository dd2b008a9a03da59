package dev.redismaintenance.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Is every entry of the pages that say what happens a test? Their tables end in a column {@code test}, in which each row names at least one
 * as {@code `Class#method`}; each of these has to exist and to be a test.
 */
class EntriesAreTestsTest {
    private static final Pattern NAME = Pattern.compile("`(\\w+(?:Test|IT))(?:#(\\w+))?`");

    @ParameterizedTest
    @ValueSource(strings = {"while-in-maintenance.md", "what-can-go-wrong.md", "maintenance.md", "dry-run.md", "slots.md", "kubernetes-node.md", "forced-opening.md", "snapshots.md",
            "endpoints.md", "connection.md", "gitops.md", "options/README.md", "options/override-gates.md", "options/pod-name.md", "options/snapshot-name.md"})
    void every_row_names_tests_and_they_exist(String page) throws IOException {
        List<String> rows = rows(Files.readString(Path.of("docs").resolve(page)));
        assertTrue(rows.size() > 3, page + " has no table that ends in a column 'test'");
        assertEquals(List.of(), complaints(rows), page);
    }

    @Test
    void a_row_without_a_test_and_one_whose_test_does_not_exist_are_told() throws IOException {
        String text = String.join("\n", "| what happens | test |", "| --- | --- |", "| good | `EntriesAreTestsTest#every_row_names_tests_and_they_exist` |",
                "| none | yes |", "| gone | `EntriesAreTestsTest#there_is_none` |", "| class | `NoSuchTest#at_all` |", "| bare | `EntriesAreTestsTest` |",
                "| helper | `EntriesAreTestsTest#complaints` |", "| not a test | `SurveyTest#listen` |", "", "| a | b |", "| --- | --- |", "| other table | x |");
        List<String> complaints = complaints(rows(text));
        assertEquals(6, complaints.size(), "" + complaints);
        assertTrue(complaints.get(0).startsWith("no test is named in") && complaints.get(1).contains("there_is_none") && complaints.get(2).contains("NoSuchTest"), "" + complaints);
        assertTrue(complaints.get(3).startsWith("a class is named and no method") && complaints.get(4).contains("complaints") && complaints.get(5).contains("listen"), "" + complaints);
    }

    private static List<String> rows(String text) {
        List<String> rows = new ArrayList<>();
        boolean within = false;
        for (String line : text.split("\n")) {
            if (!line.startsWith("|")) {
                within = false;
            } else if (lastCell(line).equals("test")) {
                within = true;
            } else if (within && !line.startsWith("| ---") && !line.startsWith("|---")) {
                rows.add(line);
            }
        }
        return rows;
    }

    private static String lastCell(String line) {
        String[] cells = line.split("(?<!\\\\)\\|");
        return cells[cells.length - 1].strip();
    }

    private static List<String> complaints(List<String> rows) throws IOException {
        List<String> complaints = new ArrayList<>();
        for (String row : rows) {
            Matcher names = NAME.matcher(lastCell(row));
            if (!names.find()) {
                complaints.add("no test is named in: " + row);
                continue;
            }
            do {
                String method = names.group(2);
                if (method == null) {
                    complaints.add("a class is named and no method in: " + row);
                } else if (source(names.group(1)).filter(s -> isTest(s, method)).isEmpty()) {
                    complaints.add(names.group() + " does not exist or is no test: " + row);
                }
            } while (names.find());
        }
        return complaints;
    }

    private static boolean isTest(String source, String method) {
        return Pattern.compile("@(?:Test|ParameterizedTest)\\b(?:(?!\\bvoid\\b).)*\\bvoid " + method + "\\(", Pattern.DOTALL).matcher(source).find();
    }

    private static Optional<String> source(String testClass) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            Optional<Path> file = files.filter(f -> f.getFileName().toString().equals(testClass + ".java")).findFirst();
            return file.isPresent() ? Optional.of(Files.readString(file.get())) : Optional.empty();
        }
    }
}
