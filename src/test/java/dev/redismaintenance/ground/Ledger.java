package dev.redismaintenance.ground;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which writes were acknowledged, and does the cluster still have them? A key holds a growing number. It has one
 * writer, and each write returns what was there before, so that a lost write is noticed even when the next one covers
 * it. A key whose write ended without an answer is retired and another one in the same slot takes its place: a late
 * arrival of that write must not be mistaken for a loss.
 */
final class Ledger {

    private final List<Entry> all = new CopyOnWriteArrayList<>();
    private final String run = Long.toHexString(ThreadLocalRandom.current().nextLong());

    /** Begins a key in the slot of this hash tag. */
    Entry open(String tag) {
        Entry entry = new Entry(tag, "{" + tag + "}:" + run + ":0", 0);
        all.add(entry);
        return entry;
    }

    /** Begins a ledger's worth of keys at once. */
    List<Entry> open(List<String> tags) {
        List<Entry> entries = tags.stream().map(tag -> new Entry(tag, "{" + tag + "}:" + run + ":0", 0)).toList();
        all.addAll(entries);
        return entries;
    }

    /** The key that takes the place of a retired one. */
    Entry replace(Entry retired) {
        int generation = retired.generation + 1;
        Entry entry = new Entry(retired.tag, "{" + retired.tag + "}:" + run + ":" + generation, generation);
        all.add(entry);
        return entry;
    }

    /** Every key that was ever written, retired ones as well. */
    List<Entry> written() {
        List<Entry> result = new ArrayList<>();
        for (Entry entry : all) {
            if (entry.attempted() > 0) {
                result.add(entry);
            }
        }
        return result;
    }

    /** What is known of one key. */
    static final class Entry {

        private final String tag;
        private final String key;
        private final int generation;
        private long attempted;
        private long acknowledged;
        private boolean unanswered;

        private Entry(String tag, String key, int generation) {
            this.tag = tag;
            this.key = key;
            this.generation = generation;
        }

        String key() {
            return key;
        }

        synchronized long attempted() {
            return attempted;
        }

        /** The number of the write that now begins. */
        synchronized long begin() {
            return ++attempted;
        }

        /**
         * The write was acknowledged.
         *
         * @param before what the key held until then, 0 for nothing
         * @return how many acknowledged writes were found to be missing
         */
        synchronized long acknowledge(long before) {
            long lost = missing(before);
            acknowledged = attempted;
            return lost;
        }

        /** The server refused the write: it has certainly not happened. */
        synchronized void refused() {
            attempted--;
        }

        /** Nobody knows whether the write has happened. The key must not be written again. */
        synchronized void unanswered() {
            unanswered = true;
        }

        /** What a read that begins now must see at least. */
        synchronized long floor() {
            return acknowledged;
        }

        /** May a read that began at this floor see this value? */
        synchronized boolean credible(long floor, long value) {
            return value >= floor && value <= attempted;
        }

        /** How many acknowledged writes are missing when the key holds this value after the last write. */
        synchronized long missing(long value) {
            if (value == acknowledged || unanswered && value == attempted) {
                return 0;
            }
            return value >= 0 && value < acknowledged ? acknowledged - value : 1;
        }
    }
}
