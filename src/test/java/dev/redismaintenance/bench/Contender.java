package dev.redismaintenance.bench;

import dev.redismaintenance.cluster.SlotRanges;
import java.time.Duration;

/** One way to bring a shard's data elsewhere and back. The whole call is timed. */
interface Contender {

    /** As in the ratios: {@code ours}, {@code cli-default}. */
    String name();

    /** @return the part of the time that was spent on counting before anything moved */
    Duration out(Stage stage) throws Exception;

    Duration back(Stage stage) throws Exception;

    /** Before the first round: what a process that has been up for a while has behind it. Not timed. @return whether there is any such thing */
    default boolean warmUp(Stage stage) throws Exception {
        // other programs are started anew for each move
        return false;
    }

    /** Waits for what would hold it up only because it is repeated so soon; not timed. */
    default void prepare(Stage stage, Direction direction) throws Exception {
        // slots may move at any time
    }

    /** Brings the cluster to where the next one begins; not timed. */
    default void tidy(Stage stage) throws Exception {
        // where slots move there is nothing to tidy
    }

    /** The slots that the first primary is left with after the way out. */
    default SlotRanges left() {
        return SlotRanges.NONE;
    }

    /** Which part of the data it brings to the other side. */
    default double part() {
        return 1;
    }

    /** Takes long and is not close to ours: fewer rounds will do. */
    default boolean slow() {
        return false;
    }

    /** Back is the same as out once more: measured once a round. */
    default boolean oneWay() {
        return false;
    }
}
