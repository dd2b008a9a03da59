package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotJob;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.cluster.Transfer;
import dev.redismaintenance.server.SlotWork.Order;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnderWayTest {
    private static final NodeId X = new NodeId("1".repeat(40));
    private static final NodeId A = new NodeId("2".repeat(40));
    private static final NodeId B = new NodeId("3".repeat(40));
    private static final Endpoint SOMEWHERE = new Endpoint("10.0.0.1", 6379, ConnectionSettings.PLAIN);
    private final UnderWay underWay = new UnderWay();

    private static Order order(NodeId from, NodeId to, int first) {
        return new Order(new Transfer(from, to, SlotRanges.of(first, first + 9)), SOMEWHERE, SOMEWHERE, List.of(), Optional.empty());
    }

    @Test
    void what_a_source_taught_beside_another_one_is_not_asked_when_it_is_alone() {
        Order fromA = order(A, X, 0);
        Order fromB = order(B, X, 10);
        underWay.begins(fromA);
        underWay.begins(fromB);
        JobSize beside = underWay.size(A);
        beside.measured(JobSize.FIRST, Duration.ofSeconds(1));
        underWay.ended(fromB);
        assertEquals(JobSize.FIRST, underWay.size(A).keys());
        underWay.begins(fromB);
        assertSame(beside, underWay.size(A));
    }

    @Test
    void two_orders_of_one_source_are_as_one() {
        underWay.begins(order(X, A, 0));
        JobSize one = underWay.size(X);
        underWay.begins(order(X, B, 10));
        assertSame(one, underWay.size(X));
    }

    @Test
    void each_source_has_its_own() {
        underWay.begins(order(A, X, 0));
        underWay.begins(order(B, X, 10));
        assertNotSame(underWay.size(A), underWay.size(B));
    }

    @Test
    void what_was_too_much_is_too_much_whoever_else_is_at_work() {
        Order fromA = order(A, X, 0);
        underWay.begins(fromA);
        underWay.halve(A);
        assertEquals(JobSize.FIRST / 2, underWay.size(A).keys());
        underWay.begins(order(B, X, 10));
        assertEquals(JobSize.FIRST / 2, underWay.size(A).keys());
        assertEquals(JobSize.FIRST, underWay.size(B).keys());
    }

    @Test
    void a_job_is_of_another_order_where_its_target_and_its_slots_are() {
        Order one = order(X, A, 0);
        Order other = order(X, B, 10);
        underWay.begins(one);
        underWay.begins(other);
        SlotJob job = job(X, B, SlotRanges.of(12, 14));
        assertTrue(underWay.ofAnother(job, one));
        assertFalse(underWay.ofAnother(job, other));
        assertFalse(underWay.ofAnother(job(X, A, SlotRanges.of(12, 14)), one));
        underWay.ended(other);
        assertFalse(underWay.ofAnother(job, one));
    }

    private static SlotJob job(NodeId from, NodeId to, SlotRanges slots) {
        return new SlotJob("4".repeat(40), true, slots, from, to, "snapshotting", true, "");
    }
}
