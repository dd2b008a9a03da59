package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Tells the other primaries who owns slots now, so that their clients need not wait for gossip. Behind the move, which does not wait for
 * it: what has gathered is told in one pipeline. No more than a courtesy: the target itself tells everybody with a newer epoch (servers'
 * code), so a witness that is down or refuses is left out.
 */
final class Witnesses implements AutoCloseable {
    private static final SlotRanges END = SlotRanges.NONE;

    private final BlockingQueue<SlotRanges> news = new LinkedBlockingQueue<>();
    private final NodeId owner;
    private final Duration timeout;
    private final Thread thread;

    Witnesses(List<Endpoint> servers, NodeId owner, Duration connectTimeout, Duration readTimeout) {
        this.owner = owner;
        this.timeout = connectTimeout.plus(readTimeout);
        this.thread = new Thread(() -> tell(servers, connectTimeout, readTimeout), "slot-witnesses");
        thread.setDaemon(true);
        thread.start();
    }

    void owns(SlotRanges slots) {
        if (!slots.isEmpty()) {
            news.add(slots);
        }
    }

    /** Waits a little until all are told. */
    @Override
    public void close() {
        news.add(END);
        try {
            thread.join(timeout.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(List<Endpoint> servers, Duration connectTimeout, Duration readTimeout) {
        List<Fan> lines = new ArrayList<>();
        try {
            for (Endpoint server : servers) {
                try {
                    lines.add(Fan.open(server, connectTimeout, readTimeout));
                } catch (ServerException down) {
                    // the others go on telling it
                }
            }
            boolean ended = false;
            while (!ended) {
                List<SlotRanges> all = new ArrayList<>(List.of(news.take()));
                news.drainTo(all);
                ended = all.contains(END);
                List<byte[][]> orders = all.stream().flatMap(s -> s.stream().boxed()).map(s -> SlotCommands.setSlot(s, "NODE", owner)).toList();
                lines.removeIf(line -> !told(line, orders));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lines.forEach(Fan::close);
        }
    }

    private static boolean told(Fan line, List<byte[][]> orders) {
        try {
            line.askAll(orders);
            return true;
        } catch (ServerException gone) {
            line.close();
            return false;
        }
    }
}
