package dev.redismaintenance.e2e;

import java.util.Locale;

/** How do the slots of the Node that is drained get away from it? */
enum Route {
    /** Each primary has a replica, which takes over. */
    HANDOVER(1),
    /** There are no replicas: the slots move to the other primaries, and back. */
    SLOTS(0);

    private final int replicas;

    Route(int replicas) {
        this.replicas = replicas;
    }

    int pods() {
        return Cache.PRIMARIES * (1 + replicas);
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
