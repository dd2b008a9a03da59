package dev.redismaintenance.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.server.ConnectionSettings;
import dev.redismaintenance.server.Endpoint;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Is a process that is cut off dead? */
class KnifeTest {
    private final InMemoryCluster cluster = new InMemoryCluster(Topology.of(3, 1, 0));
    private final Endpoint server = new Endpoint(cluster.ip("cache-0"), 6379, ConnectionSettings.PLAIN);

    @Test
    void the_last_call_is_performed_and_never_returns_and_no_finally_block_runs() throws Exception {
        CallCounter counter = new CallCounter(2);
        Knife knife = new Knife(cluster, counter);
        AtomicBoolean cleanedUp = new AtomicBoolean();
        Thread operator = new Thread(() -> {
            try {
                knife.report(server);
                knife.set(server, Setting.REPL_BACKLOG_SIZE, "7");
                knife.set(server, Setting.REPL_BACKLOG_SIZE, "8");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                cleanedUp.set(true);
            }
        });
        operator.setDaemon(true);
        operator.start();
        assertTrue(counter.awaitCut(Duration.ofSeconds(10)));
        operator.interrupt();
        operator.join(50);
        assertTrue(operator.isAlive());
        assertFalse(cleanedUp.get());
        assertEquals("7", cluster.setting("cache-0", Setting.REPL_BACKLOG_SIZE));
        assertEquals(2, counter.count());
    }

    @Test
    void no_other_thread_of_a_dead_process_gets_a_call_through() throws Exception {
        CallCounter counter = new CallCounter(1);
        Knife knife = new Knife(cluster, counter);
        for (String value : new String[] {"7", "8"}) {
            Thread thread = new Thread(() -> {
                try {
                    knife.set(server, Setting.REPL_BACKLOG_SIZE, value);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            assertTrue(counter.awaitCut(Duration.ofSeconds(10)));
            thread.join(50);
        }
        assertEquals("7", cluster.setting("cache-0", Setting.REPL_BACKLOG_SIZE));
    }

    @Test
    void without_a_limit_it_only_counts() throws Exception {
        CallCounter counter = new CallCounter(0);
        Knife knife = new Knife(cluster, counter);
        knife.report(server);
        knife.denied(server);
        assertEquals(2, counter.calls().size());
        assertFalse(counter.isCut());
    }
}
