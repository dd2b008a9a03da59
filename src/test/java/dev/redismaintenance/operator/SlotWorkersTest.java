package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.plan.SlotsSeen;
import dev.redismaintenance.server.ConnectionSettings;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.SlotWork;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Threads are a list that the test works off, so that it says who runs when. */
class SlotWorkersTest {
    private static final NodeId FROM = id(0);
    private static final List<Transfer> TRANSFERS = IntStream.rangeClosed(1, 3).mapToObj(i -> new Transfer(FROM, id(i), SlotRanges.of(i, i))).toList();

    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final List<Integer> begun = new ArrayList<>();
    private final List<Transfer> known = new ArrayList<>();
    private final List<NodeId> asked = new ArrayList<>();
    private final Set<NodeId> failing = new HashSet<>();
    private boolean tellsOfTheLast;
    private int atWork;
    private int mostAtWork;
    private int mostWaiting;

    private final SlotWorkers workers = new SlotWorkers(new SlotWork() {
        @Override
        public Inventory count(Endpoint server, NodeId node, SlotRanges slots, Listener listener) throws ServerException {
            asked.add(node);
            if (failing.contains(node)) {
                throw new ServerException(ServerException.Kind.Unreachable, "gone");
            }
            return new Inventory(node, slots, Map.of(), true, List.of(), Set.of());
        }

        @Override
        public void move(Order order, Listener listener) {
            begun.add(order.transfer().slots().stream().sum());
            order.inventory().ifPresent(inventory -> known.add(order.transfer()));
            mostAtWork = Math.max(mostAtWork, ++atWork);
            if (tellsOfTheLast) {
                listener.lastUnderWay();
                listener.lastUnderWay();
                mostWaiting = Math.max(mostWaiting, threads.size());
                // whoever may begin now does so before this one has ended
                Optional.ofNullable(threads.poll()).ifPresent(Runnable::run);
            }
            listener.moved(order.transfer().slots(), 1, 1);
            atWork--;
        }
    }, threads::add, Clock.systemUTC(), namespace -> true);

    @Test
    void one_transfer_begins_when_the_one_before_has_ended() {
        move(1);
        assertEquals(List.of(1, 2, 3), begun);
        assertEquals(1, mostAtWork);
    }

    @Test
    void it_begins_before_that_where_the_servers_are_at_the_last_of_it_and_each_is_done_once() {
        tellsOfTheLast = true;
        move(1);
        assertEquals(List.of(1, 2, 3), begun);
        assertTrue(mostAtWork > 1);
        assertEquals(1, mostWaiting, "told twice, it gives way once");
        assertEquals(TRANSFERS, workers.takeFinished("ns/pod").stream().map(SlotWorkers.Finished::transfer)
                .sorted((a, b) -> a.to().compareTo(b.to())).toList());
    }

    @Test
    void who_gave_way_does_not_take_another_one_besides() {
        tellsOfTheLast = true;
        move(2);
        assertEquals(List.of(1, 2, 3), begun.stream().sorted().toList());
        assertTrue(workers.seen("ns/pod", SlotRanges.NONE, Clock.systemUTC().instant()).working().isEmpty());
    }

    @Test
    void that_is_so_of_another_source_too() {
        tellsOfTheLast = true;
        workers.move("ns/pod", List.of(TRANSFERS.get(0), new Transfer(id(2), id(3), SlotRanges.of(2, 2))), 1, endpoints(), List.of());
        work();
        assertEquals(List.of(1, 2), begun);
        assertEquals(2, mostAtWork);
    }

    @Test
    void a_move_is_not_told_a_count_of_other_slots() {
        workers.count("ns/pod", Map.of(FROM, SlotRanges.of(1, 2)), endpoints());
        work();
        move(1);
        assertEquals(TRANSFERS.subList(0, 2), known);
    }

    @Test
    void several_servers_are_counted_side_by_side() {
        count(IntStream.rangeClosed(0, 5));
        assertEquals(4, threads.size());
        work();
        assertEquals(IntStream.rangeClosed(0, 5).mapToObj(SlotWorkersTest::id).toList(), asked.stream().sorted().toList(), "each once");
        assertEquals(Set.copyOf(asked), seen(0).counted().keySet());
        assertTrue(seen(0).working().isEmpty());
    }

    @Test
    void while_a_thread_of_a_count_is_at_work_no_other_begins() {
        count(IntStream.rangeClosed(0, 1));
        threads.poll().run();
        assertTrue(seen(0).working().isPresent());
        count(IntStream.rangeClosed(0, 1));
        assertEquals(1, threads.size());
        work();
        assertTrue(seen(0).working().isEmpty());
    }

    @Test
    void servers_that_cannot_be_counted_do_not_keep_the_others_from_it_and_are_one_failure() {
        failing.addAll(List.of(id(0), id(3)));
        count(IntStream.rangeClosed(0, 5));
        work();
        assertEquals(Set.of(id(1), id(2), id(4), id(5)), seen(0).counted().keySet());
        assertEquals("gone", seen(0).failure().orElseThrow().message());
        assertTrue(seen(1_500).failure().isEmpty(), "after a second it may be tried again, not after two");
    }

    private void count(IntStream servers) {
        Map<NodeId, SlotRanges> slots = servers.boxed().collect(Collectors.toMap(SlotWorkersTest::id, i -> SlotRanges.of(i, i)));
        workers.count("ns/pod", slots, slots.keySet().stream().collect(Collectors.toMap(id -> id, id -> new Endpoint("127.0.0.1", 6379, ConnectionSettings.PLAIN))));
    }

    private SlotsSeen seen(int millisFromNow) {
        return workers.seen("ns/pod", SlotRanges.NONE, Clock.systemUTC().instant().plusMillis(millisFromNow));
    }

    @Test
    void what_nobody_names_any_more_is_stopped_and_forgotten() {
        workers.move("ns/pod", TRANSFERS, 1, endpoints(), List.of());
        workers.move("other/pod", TRANSFERS, 1, endpoints(), List.of());
        workers.keep("ns", Set.of("ns/another"));
        work();
        assertEquals(List.of(1, 2, 3), begun, "those of the other namespace");
        assertTrue(workers.takeFinished("ns/pod").isEmpty());
    }

    private void move(int atOnce) {
        workers.move("ns/pod", TRANSFERS, atOnce, endpoints(), List.of());
        work();
    }

    private void work() {
        while (!threads.isEmpty()) {
            threads.poll().run();
        }
    }

    private static Map<NodeId, Endpoint> endpoints() {
        return Stream.of(0, 1, 2, 3).collect(Collectors.toMap(SlotWorkersTest::id, i -> new Endpoint("127.0.0.1", 6379, ConnectionSettings.PLAIN)));
    }

    private static NodeId id(int number) {
        return new NodeId(String.format("%040d", number));
    }
}
