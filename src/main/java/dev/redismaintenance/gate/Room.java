package dev.redismaintenance.gate;

import dev.redismaintenance.cluster.ClusterView;
import dev.redismaintenance.cluster.Member;
import dev.redismaintenance.cluster.Memory;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.PodFacts;
import dev.redismaintenance.cluster.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How many bytes of somebody else's slots may a primary take? The least of what it and each of its replicas may.
 *
 * <ol>
 * <li>{@code maxmemory} with {@code noeviction}: up to nine tenths of it, with a tenth more than the data for the overhead of
 *     taking it.</li>
 * <li>{@code maxmemory} with a policy that evicts: the data one and a quarter times below it, since the server would drop keys in
 *     silence (measured: 71,070 of 99,981 keys lost on a full one).</li>
 * <li>The container's memory limit: up to four fifths of it; above that a fork or a burst of clients gets the server killed.</li>
 * </ol>
 *
 * <p>Where there is no limit, there is room: what the machine has is not known here.
 */
public final class Room {
    /** No limit is known. */
    public static final long UNLIMITED = Long.MAX_VALUE;
    private static final double OVERHEAD = 1.1;
    private static final double BELOW_EVICTION = 1.25;
    private static final double OF_MAXMEMORY = 0.9;
    private static final double OF_CONTAINER = 0.8;
    private static final int KIB = 1024;

    private Room() {
    }

    public static long of(ClusterView view, Member primary) {
        List<Member> shard = new ArrayList<>(view.replicasOf(primary.id()).stream().filter(Member::reachable).toList());
        shard.add(primary);
        return shard.stream().mapToLong(Room::own).min().orElseThrow();
    }

    private static long own(Member m) {
        if (m.report().isEmpty()) {
            return 0;
        }
        NodeReport report = m.report().get();
        Memory memory = report.memory();
        long room = UNLIMITED;
        if (memory.limit() > 0) {
            boolean evicts = report.setting(Setting.MAXMEMORY_POLICY).filter(p -> !p.equals("noeviction")).isPresent();
            room = evicts ? scaled(memory.limit() - memory.used(), BELOW_EVICTION)
                    : scaled((long) (memory.limit() * OF_MAXMEMORY) - memory.used(), OVERHEAD);
        }
        long container = m.pod().map(PodFacts::memoryLimit).orElse(0L);
        return container == 0 ? room : Math.min(room, scaled((long) (container * OF_CONTAINER) - memory.used(), OVERHEAD));
    }

    private static long scaled(long free, double divisor) {
        return Math.max(0, (long) (free / divisor));
    }

    /** Bytes in a person's words. */
    public static String text(long bytes) {
        if (bytes == UNLIMITED) {
            return "no limit";
        }
        String[] units = {"bytes", "KiB", "MiB", "GiB", "TiB"};
        double value = bytes;
        int unit = 0;
        while (value >= KIB && unit < units.length - 1) {
            value /= KIB;
            unit++;
        }
        return unit == 0 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }
}
