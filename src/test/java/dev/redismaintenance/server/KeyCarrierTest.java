package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.BigKey;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyCarrierTest {

    private static List<byte[]> keys(int count) {
        return IntStream.range(0, count).mapToObj(i -> Line.bytes("key" + i)).toList();
    }

    private static List<Integer> sizes(List<KeyCarrier.Batch> batches) {
        return batches.stream().map(b -> b.keys().size()).toList();
    }

    @Test
    void a_call_takes_what_fits_and_a_big_key_goes_alone() {
        assertEquals(List.of(2, 1, 1, 1), sizes(KeyCarrier.Batch.of(keys(5), List.of(40L, 60L, 70L, 1_000_000L, 5L), 100)));
        assertEquals(List.of(3), sizes(KeyCarrier.Batch.of(keys(3), List.of(1L, 0L, 2L), 100)));
        assertEquals(List.of(0), sizes(KeyCarrier.Batch.of(List.of(), List.of(), 100)));
    }

    @Test
    void keys_of_about_the_same_size_go_in_portions_of_about_the_same_number() {
        assertEquals(List.of(46, 46), sizes(KeyCarrier.Batch.even(keys(92), 1000, 46_000)));
        assertEquals(List.of(92), sizes(KeyCarrier.Batch.even(keys(92), 1000, 80_000)));
        assertEquals(List.of(1, 1, 1), sizes(KeyCarrier.Batch.even(keys(3), 1_000_000, 10)));
        assertEquals(List.of(0), sizes(KeyCarrier.Batch.even(List.of(), 1000, 10)));
    }

    @Test
    void no_call_is_much_above_the_limit_and_none_is_made_for_a_little() {
        assertEquals(List.of(55, 55), sizes(KeyCarrier.Batch.even(keys(110), 1000, 75_000)));
        assertEquals(List.of(110), sizes(KeyCarrier.Batch.even(keys(110), 1000, 88_000)));
        assertEquals(List.of(55, 55), sizes(KeyCarrier.Batch.even(keys(110), 1000, 44_000)));
        assertEquals(List.of(1, 1, 1, 1, 1), sizes(KeyCarrier.Batch.even(keys(5), 40_000, 40_000)));
        assertEquals(List.of(1, 1, 1), sizes(KeyCarrier.Batch.even(keys(3), 30_000, 40_960)));
    }

    @Test
    void a_key_that_is_not_asked_for_its_type_is_within_the_bound_whatever_that_is() {
        assertTrue(BlockingEstimate.of("a module's", BlockingEstimate.HARMLESS).compareTo(BigKey.BOUND) <= 0);
        assertTrue(BlockingEstimate.of("hash", 153 << 20).toMillis() > 2893);
        assertTrue(BlockingEstimate.of("list", 206 << 20).toMillis() > 680);
    }
}
