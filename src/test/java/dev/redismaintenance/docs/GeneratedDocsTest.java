package dev.redismaintenance.docs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.SnapshotOrigin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Is somebody who made a generated file stale told what to do? */
class GeneratedDocsTest {
    private static final String SWITCH = "generated-docs-test.update";

    @TempDir
    Path directory;

    @AfterEach
    void switchOff() {
        System.clearProperty(SWITCH);
    }

    @Test
    void a_file_that_says_the_same_passes() throws Exception {
        Path file = Files.writeString(directory.resolve("a.md"), "one\n");
        assertDoesNotThrow(() -> GeneratedDocs.check(file, "one\n", SWITCH));
    }

    @Test
    void a_stale_file_fails_with_the_first_difference_and_the_command() throws Exception {
        Path file = Files.writeString(directory.resolve("a.md"), "one\ntwo\n");
        String message = assertThrows(AssertionError.class, () -> GeneratedDocs.check(file, "one\n2\n", SWITCH)).getMessage();
        assertTrue(message.contains("line 2:\n  file: two\n  code: 2"), message);
        assertTrue(message.contains("mvn test -D" + SWITCH + "=true"), message);
        assertEquals("one\ntwo\n", Files.readString(file));
    }

    @Test
    void a_missing_file_fails_and_is_written_on_demand() throws Exception {
        Path file = directory.resolve("new").resolve("a.md");
        assertThrows(AssertionError.class, () -> GeneratedDocs.check(file, "one\n", SWITCH));
        System.setProperty(SWITCH, "true");
        GeneratedDocs.check(file, "one\n", SWITCH);
        assertEquals("one\n", Files.readString(file));
    }

    @Test
    void a_table_cell_cannot_be_broken_by_its_text() {
        assertEquals("| a | b |\n|---|---|\n| `x` | 1 \\| 2 |\n", GeneratedDocs.table("a", "b", Map.of("x", "1 | 2")));
    }

    @Test
    void the_sentence_of_a_constant_is_its_Javadoc() {
        Map<String, String> sentences = EnumSentences.of(SnapshotOrigin.class);
        assertEquals(List.of("Taken", "Reused", "Joined", "Named", "Requested"), List.copyOf(sentences.keySet()));
        assertEquals("This activation took it.", sentences.get("Taken"));
    }
}
