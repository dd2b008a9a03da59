package dev.redismaintenance.bench;

import dev.redismaintenance.bench.Stage.Seat;
import dev.redismaintenance.cluster.Setting;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;

/** Settings that the operator gives the sources of slots before they move, and puts back afterwards; both within the time that is measured. */
final class SettingGiven implements AutoCloseable {
    private final List<Runnable> back = new ArrayList<>();

    SettingGiven(Stage stage, List<String> names, List<Seat> sources) {
        for (Seat source : sources) {
            names.forEach(name -> give(stage, source, name));
        }
    }

    private void give(Stage stage, Seat source, String name) {
        try (Jedis jedis = stage.cluster().jedis(source.pod())) {
            String was = jedis.configGet(name).get(name);
            jedis.configSet(name, Setting.given(name));
            back.add(() -> put(stage, source, name, was));
        }
    }

    private static void put(Stage stage, Seat source, String name, String value) {
        try (Jedis jedis = stage.cluster().jedis(source.pod())) {
            jedis.configSet(name, value);
        }
    }

    @Override
    public void close() {
        back.forEach(Runnable::run);
    }
}
