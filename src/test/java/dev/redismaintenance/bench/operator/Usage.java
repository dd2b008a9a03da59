package dev.redismaintenance.bench.operator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What has a process used so far? */
record Usage(double cpuSeconds, long threads) {
    /** Of Linux, whatever its kernel's own clock is. */
    private static final double TICKS_PER_SECOND = 100;

    static Usage of(long pid) throws IOException {
        return parse(Files.readString(Path.of("/proc/" + pid + "/stat")));
    }

    /** The second field is the program's name, which may hold anything. */
    static Usage parse(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return new Usage((Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND, Long.parseLong(fields[17]));
    }
}
