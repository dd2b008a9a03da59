package dev.redismaintenance.server;

import dev.redismaintenance.cluster.Inventory;
import java.util.Optional;

/** What does a slot take? The inventory's bytes where every key was asked, and the average key of the server for keys that it did not count. */
final class SlotBytes {
    private final Optional<Inventory> inventory;
    private final double average;

    SlotBytes(Optional<Inventory> inventory, Line server) throws ServerException {
        this.inventory = inventory;
        InfoText info = Answers.info(server, "memory", "keyspace");
        this.average = (double) Math.max(0, Long.parseUnsignedLong(info.field("used_memory_dataset").orElse("0"))) / Math.max(1, info.keys());
    }

    long of(int slot, long keys) {
        long counted = inventory.map(i -> i.keys(slot)).orElse(0L);
        return inventory.map(i -> i.bytes(slot)).orElse(0L) + (long) (Math.max(0, keys - counted) * average);
    }
}
