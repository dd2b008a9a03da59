package dev.redismaintenance.ground;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What does one line of {@code CLUSTER NODES} say? Read here apart from the operator's own reading, so that a mistake
 * there is not repeated by what should find it.
 */
record NodeLine(String id, String address, Set<String> flags, String primaryId, long epoch, boolean connected, List<String> slots,
        boolean openSlots) {

    static List<NodeLine> parse(String clusterNodes) {
        return clusterNodes.lines().filter(line -> !line.isBlank()).map(NodeLine::line).toList();
    }

    private static NodeLine line(String line) {
        String[] part = line.split(" ");
        List<String> ranges = Arrays.asList(part).subList(8, part.length);
        return new NodeLine(part[0], part[1].split("@")[0], Set.of(part[2].split(",")), part[3].equals("-") ? "" : part[3],
                Long.parseLong(part[6]),
                part[7].equals("connected"),
                ranges.stream().filter(range -> !range.startsWith("[")).sorted().toList(),
                ranges.stream().anyMatch(range -> range.startsWith("[")));
    }

    boolean primary() {
        return flags.contains("master");
    }

    boolean hasAny(String... some) {
        return Arrays.stream(some).anyMatch(flags::contains);
    }
}
