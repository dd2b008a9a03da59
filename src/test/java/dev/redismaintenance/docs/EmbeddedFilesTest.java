package dev.redismaintenance.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Do the pages show files of this repository as they are? Each is the code block after a line {@code <!-- file: PATH -->}. */
class EmbeddedFilesTest {
    private static final Pattern SHOWN = Pattern.compile("(?ms)^<!-- file: (\\S+) -->\\n```(\\w*)\\n(.*?)^```$");

    static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("docs"))) {
            return files.filter(f -> f.toString().endsWith(".md") && text(f).contains("<!-- file: ")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void a_page_shows_them_as_they_are(Path page) {
        GeneratedDocs.check(page, SHOWN.matcher(text(page)).replaceAll(EmbeddedFilesTest::anew));
    }

    @Test
    void every_line_that_names_one_is_followed_by_its_block() throws IOException {
        assertTrue(pages().contains(Path.of("docs/gitops.md")));
        for (Path page : pages()) {
            assertEquals(text(page).lines().filter(l -> l.startsWith("<!-- file: ")).count(), SHOWN.matcher(text(page)).results().count(), page.toString());
        }
    }

    private static String anew(MatchResult shown) {
        return Matcher.quoteReplacement("<!-- file: " + shown.group(1) + " -->\n```" + shown.group(2) + "\n" + text(Path.of(shown.group(1))) + "```");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
