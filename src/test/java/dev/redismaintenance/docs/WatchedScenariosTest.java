package dev.redismaintenance.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Is the list of scenarios in CONTRIBUTING.md, on which the invariants are asserted on real servers, the one that there is? */
class WatchedScenariosTest {
    private static final Pattern NAME = Pattern.compile("`(\\w+IT)`");

    @Test
    void whoever_is_listed_as_watched_has_a_scene_and_whoever_has_one_is_listed() throws IOException {
        Set<String> all = sources("new Scene(");
        all.addAll(sources("new InvariantWatcher("));
        assertEquals(all, listed("- Watched: "));
    }

    @Test
    void whoever_is_listed_with_a_ledger_checks_lost_writes_and_stale_reads_and_whoever_does_is_listed() throws IOException {
        Set<String> all = sources(".withLedger()");
        all.addAll(sources("report.stale()"));
        assertEquals(all, listed("- With the ledger: "));
    }

    private static Set<String> listed(String item) throws IOException {
        String text = Files.readString(Path.of("CONTRIBUTING.md"));
        assertTrue(text.contains(item), "no list " + item);
        String list = text.substring(text.indexOf(item) + item.length()).split("\n(?! )", 2)[0];
        return NAME.matcher(list).results().map((MatchResult r) -> r.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The scenarios, by class, whose source has this. */
    private static Set<String> sources(String what) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java/dev/redismaintenance/operator"))) {
            TreeMap<String, String> found = new TreeMap<>();
            for (Path file : files.filter(f -> f.getFileName().toString().endsWith("IT.java")).toList()) {
                found.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
            List<String> names = found.entrySet().stream().filter(e -> e.getValue().contains(what)).map(java.util.Map.Entry::getKey).toList();
            return new TreeSet<>(names);
        }
    }
}
