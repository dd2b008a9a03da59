package dev.redismaintenance.ground;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.util.JedisClusterCRC16;

class LedgerTest {

    private final Ledger ledger = new Ledger();
    private final Ledger.Entry entry = ledger.open(List.of("x")).get(0);

    @Test
    void acknowledgedWritesThatAreThereAreNotLost() {
        assertEquals(0, write(0));
        assertEquals(0, write(1));
        assertEquals(0, entry.missing(2));
    }

    @Test
    void theNextWriteNoticesThatTheOnesBeforeAreGone() {
        write(0);
        write(1);
        write(2);
        assertEquals(2, write(1), "2 and 3 had been acknowledged");
        assertEquals(0, entry.missing(4));
    }

    @Test
    void aKeyThatIsGoneHasLostEveryWrite() {
        write(0);
        write(1);
        assertEquals(2, entry.missing(0));
    }

    @Test
    void aValueThatNobodyWroteCountsAsALoss() {
        write(0);
        assertEquals(1, entry.missing(-1));
        assertEquals(1, entry.missing(17));
    }

    @Test
    void aRefusedWriteIsNotExpected() {
        write(0);
        entry.begin();
        entry.refused();
        assertEquals(0, entry.missing(1));
        assertEquals(1, entry.missing(2));
    }

    @Test
    void anUnansweredWriteMayBeThereOrNot() {
        write(0);
        entry.begin();
        entry.unanswered();
        assertEquals(0, entry.missing(1));
        assertEquals(0, entry.missing(2));
        assertEquals(1, entry.missing(0));
    }

    @Test
    void anotherKeyInTheSameSlotTakesThePlaceOfARetiredOne() {
        Ledger.Entry next = ledger.replace(entry);
        assertNotEquals(entry.key(), next.key());
        assertEquals(JedisClusterCRC16.getSlot(entry.key()), JedisClusterCRC16.getSlot(next.key()));
    }

    @Test
    void aReadMustSeeWhatWasAcknowledgedBeforeItBegan() {
        write(0);
        write(1);
        long floor = entry.floor();
        entry.begin();
        assertFalse(entry.credible(floor, 1));
        assertTrue(entry.credible(floor, 2));
        assertTrue(entry.credible(floor, 3), "a write that is under way may be seen");
        assertFalse(entry.credible(floor, 4));
    }

    @Test
    void onlyKeysThatWereWrittenAreReadBack() {
        assertEquals(List.of(), ledger.written());
        write(0);
        assertEquals(List.of(entry), ledger.written());
    }

    private long write(long before) {
        entry.begin();
        return entry.acknowledge(before);
    }
}
