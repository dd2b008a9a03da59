package dev.redismaintenance.bench;

import dev.redismaintenance.bench.Stage.Seat;
import dev.redismaintenance.cluster.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Jedis;

/** The setting that the operator gives the sources of slots before they move, where they have it, and puts back afterwards; both within the time that is measured. */
final class SoonHandedOver implements AutoCloseable {
    private final List<Runnable> back = new ArrayList<>();

    SoonHandedOver(Stage stage, List<Seat> sources) {
        for (Seat source : sources) {
            try (Jedis jedis = stage.cluster().jedis(source.pod())) {
                Map<String, String> was = jedis.configGet(Setting.HANDOVER_BYTES);
                if (!was.isEmpty()) {
                    jedis.configSet(Setting.HANDOVER_BYTES, Setting.given(Setting.HANDOVER_BYTES));
                    back.add(() -> put(stage, source, was.get(Setting.HANDOVER_BYTES)));
                }
            }
        }
    }

    private static void put(Stage stage, Seat source, String value) {
        try (Jedis jedis = stage.cluster().jedis(source.pod())) {
            jedis.configSet(Setting.HANDOVER_BYTES, value);
        }
    }

    @Override
    public void close() {
        back.forEach(Runnable::run);
    }
}
