package dev.redismaintenance.bench;

import dev.redismaintenance.ground.Traffic;

/** What clients felt when a primary's pod went in one way, once. */
record Outage(String server, String way, int round, double load, Traffic.Report client) {
    static final String OURS = "ours: handover, then SIGTERM";
    static final String SIGTERM = "SIGTERM";
    static final String SIGKILL = "SIGKILL";

    @Override
    public String toString() {
        return Text.of("%-9s %-28s round %d: longest time without a write %.3f s, worst write %.1f ms, %d errors, %d lost; load %.1f", server, way,
                round, Text.seconds(client.longestGap()), Text.millis(client.felt().worstWrite()), client.failed(), client.lost(), load)
                + (client.firstErrors().isEmpty() ? "" : " " + client.firstErrors().stream().limit(3).toList());
    }
}
