package dev.redismaintenance.bench;

import java.time.Duration;

/** One way to bring a shard's data elsewhere and back. The whole call is timed. */
interface Contender {

    /** As in the ratios: {@code ours}, {@code cli-default}. */
    String name();

    /** @return the part of the time that was spent on counting before anything moved */
    Duration out(Stage stage) throws Exception;

    Duration back(Stage stage) throws Exception;

    /** Brings the cluster to where the next one begins; not timed. */
    default void tidy(Stage stage) throws Exception {
        // where slots move there is nothing to tidy
    }

    /** False where the primary role stays, as it does for a mere copy. */
    default boolean empties() {
        return true;
    }

    /** Takes long and is not close to ours: fewer rounds will do. */
    default boolean slow() {
        return false;
    }
}
