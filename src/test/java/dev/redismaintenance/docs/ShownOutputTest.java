package dev.redismaintenance.docs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Is a page noticed that shows what no command prints, and has each block its test? */
class ShownOutputTest {
    private static final String SWITCH = "shown-output-test.update";
    private static final String MARKER = "SomeIT list";
    private static final String SHOWN = String.join("\n", "$ kubectl get rnm", "NAME    AGE   MESSAGE",
            "patch   1s    pod 10.0.0.1:6379 (node 64044a49) at 2026-11-26T01:39:36Z; 5461-5479 5481-8198 to cache-2, 5480 to cache-0; about 24.4 MiB", "");
    private static final String LATER = String.join("\n", "$ kubectl get rnm", "NAME    AGE       MESSAGE",
            "patch   1m12s     pod 127.20.16.2:6379 (node 0123abcd) at 2027-01-01T00:00:00Z; 5461-5479 5481-8188 to cache-0, 5480 to cache-2; about 9 KiB", "");

    @TempDir
    Path directory;

    @AfterEach
    void switchOff() {
        System.clearProperty(SWITCH);
    }

    private Path page(String block) throws IOException {
        return Files.writeString(directory.resolve("a.md"), "before\n<!-- output: " + MARKER + " -->\n```\n" + block + "```\nafter\n");
    }

    @Test
    void another_time_address_id_size_width_and_way_of_slots_are_no_difference_and_nothing_is_written() throws IOException {
        Path page = page(SHOWN);
        String before = Files.readString(page);
        assertDoesNotThrow(() -> ShownOutput.compare(page, MARKER, LATER, SWITCH));
        System.setProperty(SWITCH, "true");
        ShownOutput.compare(page, MARKER, LATER, SWITCH);
        assertEquals(before, Files.readString(page));
    }

    @Test
    void another_word_is_one_and_is_written_on_demand() throws IOException {
        Path page = page(SHOWN);
        String message = assertThrows(AssertionError.class, () -> ShownOutput.compare(page, MARKER, LATER.replace("about", "some"), SWITCH)).getMessage();
        assertTrue(message.contains("-Dit.test=SomeIT") && message.contains("page:    patch AGE pod") && message.contains("; some SIZE"), message);
        System.setProperty(SWITCH, "true");
        ShownOutput.compare(page, MARKER, LATER.replace("about", "some"), SWITCH);
        assertEquals("before\n<!-- output: " + MARKER + " -->\n```\n" + LATER.replace("about", "some") + "```\nafter\n", Files.readString(page));
    }

    @Test
    void the_order_counts_except_of_events() throws IOException {
        Path page = page("$ kubectl get rnm\none\ntwo\n");
        assertThrows(AssertionError.class, () -> ShownOutput.compare(page, MARKER, "$ kubectl get rnm\ntwo\none\n", SWITCH));
        Path events = page("$ kubectl events --for rnm/patch\n1s Normal one\n0s Normal two\n");
        assertDoesNotThrow(() -> ShownOutput.compare(events, MARKER, "$ kubectl events --for rnm/patch\n1s Normal two\n1s Normal one\n", SWITCH));
    }

    @Test
    void a_page_without_the_block_is_told() throws IOException {
        Path page = page(SHOWN);
        assertThrows(AssertionError.class, () -> ShownOutput.compare(page, "SomeIT other", SHOWN, SWITCH));
    }

    @Test
    void every_marker_is_followed_by_a_block_and_names_a_test_that_makes_it() throws IOException {
        List<Path> pages;
        try (Stream<Path> files = Files.walk(Path.of("docs"))) {
            pages = files.filter(f -> f.toString().endsWith(".md") && ShownOutput.text(f).contains("<!-- output: ")).toList();
        }
        assertFalse(pages.isEmpty());
        for (Path page : pages) {
            String text = ShownOutput.text(page);
            List<MatchResult> blocks = Pattern.compile("(?m)^<!-- output: ((\\w+) \\S+) -->\\n```\\n\\$ kubectl ").matcher(text).results().toList();
            assertEquals(text.lines().filter(l -> l.startsWith("<!-- output: ")).count(), blocks.size(), page.toString());
            for (MatchResult block : blocks) {
                assertTrue(makes(block.group(2), block.group(1)), page + ": no test makes " + block.group(1));
            }
        }
    }

    private static boolean makes(String test, String marker) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            return files.filter(f -> f.getFileName().toString().equals(test + ".java")).anyMatch(f -> ShownOutput.text(f).contains('"' + marker + '"'));
        }
    }
}
