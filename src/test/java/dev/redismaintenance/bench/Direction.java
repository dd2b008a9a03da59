package dev.redismaintenance.bench;

/** Away from the primary that leaves, or back to it. */
enum Direction {
    OUT, BACK;

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
