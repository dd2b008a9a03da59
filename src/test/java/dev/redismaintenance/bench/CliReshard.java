package dev.redismaintenance.bench;

import dev.redismaintenance.bench.Stage.Seat;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotRanges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The servers' own command line tool, {@code --cluster reshard}. It has one target for each call and refuses a cluster with open
 * slots, so its two calls come one after the other.
 *
 * @param set    with the setting that the operator gives the sources
 * @param sample moves only one slot of so many where the whole would take too long; its rate does not depend on the number
 */
record CliReshard(String name, List<String> options, boolean set, int sample) implements Contender {
    private static final long BOUND_SECONDS = 300;

    @Override
    public Duration out(Stage stage) throws Exception {
        try (SettingGiven given = given(stage, stage.x())) {
            reshard(stage, stage.x(), stage.a(), toA());
            reshard(stage, stage.x(), stage.b(), toB());
        }
        return Duration.ZERO;
    }

    @Override
    public Duration back(Stage stage) throws Exception {
        try (SettingGiven given = given(stage, stage.a(), stage.b())) {
            reshard(stage, stage.a(), stage.x(), toA());
            reshard(stage, stage.b(), stage.x(), toB());
        }
        return Duration.ZERO;
    }

    private SettingGiven given(Stage stage, Seat... sources) {
        return new SettingGiven(stage, List.of(Setting.RDB_COMPRESSION), set ? List.of(sources) : List.of());
    }

    /** The tool takes the lowest slots first. */
    @Override
    public SlotRanges left() {
        int moved = toA() + toB();
        return moved == Stage.ALL_OF_X.count() ? SlotRanges.NONE : SlotRanges.of(moved, Stage.ALL_OF_X.count() - 1);
    }

    @Override
    public double part() {
        return (double) (toA() + toB()) / Stage.ALL_OF_X.count();
    }

    @Override
    public boolean slow() {
        return sample > 1;
    }

    private int toA() {
        return Stage.TO_A.count() / sample;
    }

    private int toB() {
        return Stage.TO_B.count() / sample;
    }

    private void reshard(Stage stage, Seat from, Seat to, int slots) throws IOException, InterruptedException {
        Path log = Files.createTempFile("redis-maintenance-reshard-", ".log");
        List<String> command = new ArrayList<>(List.of(stage.tool().toString(), "--cluster", "reshard", stage.x().endpoint().toString(),
                "--cluster-from", from.id().value(), "--cluster-to", to.id().value(), "--cluster-slots", String.valueOf(slots), "--cluster-yes"));
        command.addAll(options);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            if (!process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                List<String> lines = Files.readAllLines(log);
                List<String> last = lines.subList(Math.max(0, lines.size() - 5), lines.size());
                throw new IOException(String.join(" ", command) + " failed: " + String.join("\n", last));
            }
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(log);
        }
    }
}
