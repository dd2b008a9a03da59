package dev.redismaintenance.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Does every link between pages lead somewhere, and does the index lead to every page? */
class LinksTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$|`[^`\n]*`");
    private static final Path INDEX = Path.of("docs/README.md");

    @Test
    void every_link_leads_to_a_file_and_a_heading_that_are_there() {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            for (String link : links(page)) {
                String[] parts = link.split("#", 2);
                Path target = parts[0].isEmpty() ? page : Path.of("").resolve(page).resolveSibling(parts[0]).normalize();
                if (!Files.exists(target)) {
                    broken.add(page + " -> " + link);
                } else if (parts.length > 1 && !headings(target).contains(parts[1])) {
                    broken.add(page + " -> " + link + ", which has " + headings(target));
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void the_index_leads_to_every_page() {
        Set<Path> reached = new TreeSet<>();
        List<Path> open = new ArrayList<>(List.of(INDEX));
        while (!open.isEmpty()) {
            Path page = open.remove(0);
            if (reached.add(page) && page.toString().endsWith(".md")) {
                links(page).stream().map(link -> link.split("#", 2)[0]).filter(file -> file.endsWith(".md"))
                        .map(file -> page.resolveSibling(file).normalize()).forEach(open::add);
            }
        }
        Set<Path> missing = new TreeSet<>(pages());
        missing.removeAll(reached);
        assertEquals(Set.of(), missing);
    }

    private static List<Path> pages() {
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(docs.filter(file -> file.toString().endsWith(".md")),
                    Stream.of(Path.of("README.md"), Path.of("CONTRIBUTING.md"), Path.of("helm/redis-maintenance-operator/README.md"))).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> links(Path page) {
        Matcher found = LINK.matcher(CODE.matcher(text(page)).replaceAll(""));
        return found.results().map(m -> m.group(1)).filter(link -> !link.contains("://")).toList();
    }

    /** As hosts of Git show them. */
    private static Set<String> headings(Path page) {
        return CODE.matcher(text(page)).replaceAll(code -> Matcher.quoteReplacement(code.group().startsWith("```") ? "" : code.group())).lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-')).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
