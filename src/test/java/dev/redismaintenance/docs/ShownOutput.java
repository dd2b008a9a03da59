package dev.redismaintenance.docs;

import dev.redismaintenance.ground.ApiServer;
import dev.redismaintenance.ground.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Does a page still show what a command prints? The block after its line {@code <!-- output: TEST NAME -->} has the command as it is given
 * to a shell, and what came of it in that test. What differs from run to run (times, ages, addresses, ids, sizes, which slots go where) is no difference; the block is
 * written anew where there is another one and the test is run with {@code -Ddocs.update=true}.
 */
public final class ShownOutput {
    private static final Map<Pattern, String> VOLATILE = new LinkedHashMap<>();

    static {
        VOLATILE.put(Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z"), "TIME");
        VOLATILE.put(Pattern.compile("\\d+(\\.\\d+){3}"), "ADDRESS");
        VOLATILE.put(Pattern.compile("\\d+(\\.\\d+){2}"), "VERSION");
        VOLATILE.put(Pattern.compile("\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b|\\b[0-9a-f]{40}\\b|\\b[0-9a-f]{8}\\b"), "ID");
        VOLATILE.put(Pattern.compile("\\b\\d+(\\.\\d+)? (B|[KMG]iB)\\b|(?<=dataBytes: )\\d+"), "SIZE");
        VOLATILE.put(Pattern.compile("(?<=Epoch: )\\d+"), "EPOCH");
        VOLATILE.put(Pattern.compile("<invalid>|\\b(\\d+[hms])+\\b|\\b\\d+ s\\b"), "AGE");
        // by the bytes that the others hold, which differ a little
        VOLATILE.put(Pattern.compile("\\b\\d+(-\\d+)?( \\d+(-\\d+)?)* to cache-\\d"), "SLOTS");
        // columns are as wide as what is in them
        VOLATILE.put(Pattern.compile("[ \\t]+"), " ");
    }

    private final Path page;
    private final String kubeconfig;

    /** @param namespace in which its reader is */
    public ShownOutput(String page, ApiServer api, String namespace) {
        this.page = Path.of(page);
        this.kubeconfig = api.kubeconfig().replace("namespace: default", "namespace: " + namespace);
    }

    /** @param marker the test's class and a word: {@code DryRunIT plan} */
    public void check(String marker, String... commands) throws IOException, InterruptedException {
        check(marker, whole -> whole, commands);
    }

    /** @param shortened what of it is shown */
    public void check(String marker, UnaryOperator<String> shortened, String... commands) throws IOException, InterruptedException {
        Path file = Files.createTempFile("redis-maintenance-", ".kubeconfig");
        try {
            Files.writeString(file, kubeconfig);
            StringBuilder all = new StringBuilder();
            for (String command : commands) {
                all.append("$ ").append(command).append('\n').append(tidy(shortened.apply(Kubectl.shell(file, command)))).append('\n');
            }
            compare(page, marker, all.toString(), GeneratedDocs.UPDATE);
        } finally {
            Files.delete(file);
        }
    }

    private static String tidy(String printed) {
        return printed.replaceAll("(?m)[ \\t]+$", "").stripTrailing();
    }

    static void compare(Path page, String marker, String printed, String updateProperty) {
        String text = text(page);
        Matcher block = Pattern.compile("(?ms)^<!-- output: " + Pattern.quote(marker) + " -->\\n```\\n(.*?)^```$").matcher(text);
        if (!block.find()) {
            throw new AssertionError(page + " has no line <!-- output: " + marker + " --> with a block after it");
        }
        List<String> shown = lasting(block.group(1));
        List<String> now = lasting(printed);
        if (shown.equals(now)) {
            return;
        }
        if (!Boolean.getBoolean(updateProperty)) {
            String test = marker.split(" ")[0];
            throw new AssertionError(page + " does not show any more what is printed (" + marker + "). Run\n  mvn verify -Dit.test=" + test + " -D" + updateProperty
                    + "=true\nand commit what changed.\n  page:    " + first(shown, now) + "\n  printed: " + first(now, shown));
        }
        try {
            Files.writeString(page, text.substring(0, block.start(1)) + printed + text.substring(block.end(1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lasting(String text) {
        String kept = text;
        for (Map.Entry<Pattern, String> one : VOLATILE.entrySet()) {
            kept = one.getKey().matcher(kept).replaceAll(one.getValue());
        }
        Stream<String> lines = kept.lines().map(String::strip);
        // of the events of one second none is the first
        return (text.contains("$ kubectl events ") ? lines.sorted() : lines).toList();
    }

    /** The first line that is another one there. */
    private static String first(List<String> lines, List<String> there) {
        return IntStream.range(0, lines.size()).filter(i -> i >= there.size() || !lines.get(i).equals(there.get(i))).mapToObj(lines::get).findFirst().orElse("(it ends)");
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
