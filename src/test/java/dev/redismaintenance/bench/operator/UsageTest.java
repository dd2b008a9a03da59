package dev.redismaintenance.bench.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class UsageTest {
    @Test
    void time_in_the_program_and_in_the_kernel_for_it_add_up_whatever_the_program_is_called() {
        assertEquals(new Usage(3.5, 27), Usage.parse("4242 (a (b) c) S 1 4242 4242 0 -1 4194560 100 0 0 0 300 50 7 9 20 0 27 0 123456 1000000 2000 0 0"));
    }
}
