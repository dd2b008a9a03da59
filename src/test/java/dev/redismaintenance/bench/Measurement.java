package dev.redismaintenance.bench;

import dev.redismaintenance.ground.Traffic;

/**
 * One contender, one direction, once.
 *
 * @param counting seconds of it that were spent on counting
 * @param bytes    the values that had to move
 * @param load     the machine's load average of the last minute when it began
 */
record Measurement(String server, String contender, Direction direction, int round, double seconds, double counting, long bytes, double load,
        Traffic.Report client) {

    double megabytesPerSecond() {
        return bytes / 1e6 / seconds;
    }

    @Override
    public String toString() {
        Traffic.Felt felt = client.felt();
        return Text.of("%-9s %-15s %-4s round %d: %6.2f s%s %6.1f MB/s; client p50 %.2f p99 %.2f worst %.1f ms, %d errors, %d lost; load %.1f", server,
                contender, direction, round, seconds, counting > 0 ? Text.of(" (counting %.2f)", counting) : "", megabytesPerSecond(),
                Text.millis(felt.p50()), Text.millis(felt.p99()), Text.millis(felt.worst()), client.failed(), client.lost(), load)
                + (client.firstErrors().isEmpty() ? "" : " " + client.firstErrors());
    }
}
