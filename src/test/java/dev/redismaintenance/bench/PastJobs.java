package dev.redismaintenance.bench;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import redis.clients.jedis.Jedis;

/**
 * What a server remembers of migrations that have ended. Valkey 9 keeps a thousand of them and walks through all for every key that it deletes while
 * another job waits (server's code): the jobs of all contenders before would make each later one slower.
 */
final class PastJobs {
    private static final Duration BOUND = Duration.ofSeconds(10);
    private static final String HOW_MANY = "cluster-slot-migration-log-max-len";

    private PastJobs() {
    }

    /** On servers that do not know of them, nothing. They forget on their clock. */
    static void forget(Jedis jedis) throws TimeoutException {
        Map<String, String> limit = jedis.configGet(HOW_MANY);
        if (limit.isEmpty()) {
            return;
        }
        jedis.configSet(HOW_MANY, "0");
        Look.until("no past migration remembered", BOUND, () -> HandAtomic.remembered(jedis).isEmpty());
        jedis.configSet(HOW_MANY, limit.get(HOW_MANY));
    }
}
