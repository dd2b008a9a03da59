package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.BigKey;
import dev.redismaintenance.gate.Room;

/** A big key in a person's words: where it is, what it is, and for how long it blocks. Its name is nobody's business. */
public final class BigKeyText {
    private BigKeyText() {
    }

    public static String of(BigKey key) {
        return "slot " + key.slot() + ": a " + key.type() + " of " + Room.text(key.bytes()) + ", about " + key.blocks().toMillis() + " ms";
    }
}
