package dev.redismaintenance.cluster;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A set of hash slots; written as the servers write it: {@code 0-5460 9000}. Immutable. */
public final class SlotRanges {
    /** The number of hash slots of every cluster. */
    public static final int ALL = 16384;
    public static final SlotRanges NONE = new SlotRanges(new BitSet());

    private final BitSet bits;

    private SlotRanges(BitSet bits) {
        this.bits = bits;
    }

    public static SlotRanges of(int first, int last) {
        if (first < 0 || last >= ALL || first > last) {
            throw new IllegalArgumentException("slots go from 0 to " + (ALL - 1) + ": " + first + "-" + last);
        }
        BitSet bits = new BitSet(ALL);
        bits.set(first, last + 1);
        return new SlotRanges(bits);
    }

    /** Reads what {@link #toString()} writes: ranges and single slots with white space or commas between. */
    public static SlotRanges parse(String text) {
        SlotRanges all = NONE;
        for (String part : text.trim().split("[\\s,]+")) {
            if (!part.isEmpty()) {
                int dash = part.indexOf('-');
                int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
                int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
                all = all.plus(of(first, last));
            }
        }
        return all;
    }

    public SlotRanges plus(SlotRanges other) {
        BitSet sum = (BitSet) bits.clone();
        sum.or(other.bits);
        return new SlotRanges(sum);
    }

    /** All of them together. */
    public static SlotRanges union(Stream<SlotRanges> several) {
        BitSet sum = new BitSet();
        several.forEach(one -> sum.or(one.bits));
        return new SlotRanges(sum);
    }

    public SlotRanges minus(SlotRanges other) {
        BitSet rest = (BitSet) bits.clone();
        rest.andNot(other.bits);
        return new SlotRanges(rest);
    }

    public SlotRanges common(SlotRanges other) {
        BitSet both = (BitSet) bits.clone();
        both.and(other.bits);
        return new SlotRanges(both);
    }

    /** Every slot, ascending. */
    public IntStream stream() {
        return bits.stream();
    }

    public boolean contains(int slot) {
        return bits.get(slot);
    }

    public static SlotRanges of(Collection<Integer> slots) {
        BitSet bits = new BitSet(ALL);
        slots.forEach(slot -> bits.set(of(slot, slot).bits.nextSetBit(0)));
        return new SlotRanges(bits);
    }

    public boolean intersects(SlotRanges other) {
        return bits.intersects(other.bits);
    }

    public int count() {
        return bits.cardinality();
    }

    public boolean isEmpty() {
        return bits.isEmpty();
    }

    /** Each range as {@code [first, last]}, ascending. */
    public List<int[]> ranges() {
        List<int[]> ranges = new ArrayList<>();
        for (int first = bits.nextSetBit(0); first >= 0; ) {
            int end = bits.nextClearBit(first);
            ranges.add(new int[] {first, end - 1});
            first = bits.nextSetBit(end);
        }
        return ranges;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SlotRanges that && bits.equals(that.bits);
    }

    @Override
    public int hashCode() {
        return Objects.hash(bits);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int[] range : ranges()) {
            text.append(text.length() == 0 ? "" : " ").append(range[0]);
            if (range[1] > range[0]) {
                text.append('-').append(range[1]);
            }
        }
        return text.toString();
    }
}
