package dev.redismaintenance.e2e;

import dev.redismaintenance.ground.Traffic;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What did the client in its pod feel? As lines of its log, written there and read here.
 *
 * @param gap        the longest time in which no write to the slots of one primary succeeded
 * @param worstWrite the longest write that succeeded
 * @param window     from the first operation that failed to the last
 */
record Told(long acknowledged, long reads, long lost, long stale, long failed, Duration gap, Duration worstWrite, Duration window, List<String> errors) {
    private static final String REPORT = "report ";
    private static final String ERROR = "error ";

    static Told of(Traffic.Report report) {
        return new Told(report.acknowledged(), report.reads(), report.lost(), report.stale(), report.failed(), report.longestGap(), report.felt().worstWrite(),
                report.felt().errorWindow(), report.firstErrors());
    }

    String lines() {
        return errors.stream().map(error -> ERROR + error.replace('\n', ' ') + "\n").collect(Collectors.joining())
                + REPORT + "acknowledged=%d reads=%d lost=%d stale=%d failed=%d gap=%s worstWrite=%s window=%s".formatted(acknowledged, reads, lost, stale, failed, gap, worstWrite, window);
    }

    static Told parse(String log) {
        Map<String, String> values = log.lines().filter(line -> line.startsWith(REPORT)).findFirst()
                .map(line -> Arrays.stream(line.substring(REPORT.length()).split(" ")).map(word -> word.split("=")).collect(Collectors.toMap(word -> word[0], word -> word[1])))
                .orElseThrow(() -> new IllegalStateException("the client has not reported: " + log));
        return new Told(number(values, "acknowledged"), number(values, "reads"), number(values, "lost"), number(values, "stale"), number(values, "failed"),
                Duration.parse(values.get("gap")), Duration.parse(values.get("worstWrite")), Duration.parse(values.get("window")),
                log.lines().filter(line -> line.startsWith(ERROR)).map(line -> line.substring(ERROR.length())).toList());
    }

    private static long number(Map<String, String> values, String name) {
        return Long.parseLong(values.get(name));
    }
}
