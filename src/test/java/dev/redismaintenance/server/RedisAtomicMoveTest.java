package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.server.ServerException.Kind;
import dev.redismaintenance.server.SlotWork.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against what Redis 8.4's documentation and code say: {@link ScriptedRedis}. */
class RedisAtomicMoveTest {
    private static final SlotRanges SLOTS = SlotRanges.of(0, 99);
    private static final Duration SOON = Duration.ofSeconds(5);

    private final ScriptedRedis redis = new ScriptedRedis(SLOTS);
    private final List<SlotRanges> told = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        redis.close();
    }

    private void move(SlotRanges slots, BooleanSupplier stopped) throws ServerException {
        Order order = new Order(new Transfer(ScriptedRedis.SOURCE, ScriptedRedis.TARGET, slots), redis.source(), redis.target(), List.of(), Optional.empty());
        try (Line source = Line.open(redis.source(), SOON, SOON); Line target = Line.open(redis.target(), SOON, SOON)) {
            new RedisAtomicMove(source, target, order, new SlotWork.Listener() {
                @Override
                public boolean stopped() {
                    return stopped.getAsBoolean();
                }

                @Override
                public void moved(SlotRanges some, long keys, long bytes) {
                    assertEquals(some.count() * 1000L, keys);
                    told.add(some);
                }
            }).run();
        }
    }

    @Test
    void tasks_go_to_the_target_one_after_the_other() throws Exception {
        redis.targetHas(SlotRanges.of(100, 199));
        move(SLOTS, () -> false);
        assertEquals(SlotRanges.of(0, 199), redis.targetHas());
        assertTrue(redis.imports.size() > 1, () -> redis.imports.toString());
        assertEquals(redis.imports, told);
        assertEquals(SLOTS, told.stream().reduce(SlotRanges.NONE, SlotRanges::plus));
    }

    @Test
    void a_target_without_slots_gets_a_single_one_first() throws Exception {
        move(SLOTS, () -> false);
        assertEquals(SlotRanges.of(0, 0), redis.imports.get(0));
        assertEquals(SLOTS, redis.targetHas());
    }

    @Test
    void a_task_of_this_order_that_is_under_way_is_taken_over_and_another_is_not_touched() throws Exception {
        redis.underWay(SlotRanges.of(0, 49), ScriptedRedis.SOURCE);
        move(SLOTS, () -> false);
        assertEquals(SlotRanges.of(0, 49), told.get(0));
        assertEquals(SLOTS.minus(SlotRanges.of(0, 49)), redis.imports.stream().reduce(SlotRanges.NONE, SlotRanges::plus));
    }

    @Test
    void somebody_else_s_task_is_named() {
        redis.underWay(SlotRanges.of(5000, 5001), new NodeId("3333333333333333333333333333333333333333"));
        Refused.as(Kind.Refused, () -> move(SLOTS, () -> false), "somebody else is moving slots 5000-5001", "CANCEL ID there");
        assertEquals(List.of(), redis.imports);
    }

    @Test
    void a_task_that_fails_again_and_again_is_cancelled_and_its_error_told() {
        redis.error = "Main channel lost (state: streaming-buffer, rdb_channel_state: none)";
        Refused.as(Kind.Refused, () -> move(SLOTS, () -> false), "Main channel lost", "stay where they are");
        assertEquals(1, redis.cancelled.size());
        redis.error = "OOM command not allowed";
        Refused.as(Kind.OutOfMemory, () -> move(SLOTS, () -> false), "OOM");
        assertEquals(SlotRanges.NONE, redis.targetHas());
    }

    @Test
    void a_move_that_is_stopped_cancels_its_task_and_returns() throws Exception {
        redis.targetHas(SlotRanges.of(100, 199));
        int[] looks = {0};
        move(SLOTS, () -> looks[0]++ > 1);
        assertEquals(1, redis.cancelled.size());
        assertEquals(List.of(), told);
        assertEquals(SlotRanges.of(100, 199), redis.targetHas());
    }
}
