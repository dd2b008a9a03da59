package dev.redismaintenance.operator;

import java.security.Security;

/**
 * For how long does this process believe what DNS has answered? By itself Java keeps an address for 30 s and "no such name" for 10 s, on top
 * of what the cluster's DNS keeps. The address of a pod that has been made anew would come to {@link AnnouncedNames} as late as that, and slots that
 * could go back at once would wait for it (measured: back in after 41 s, and after 4 to 11 s with this, {@code docs/e2e.md}).
 */
final class NameCache {
    /** Enough for the questions of one look. */
    private static final int SECONDS = 1;

    private NameCache() {
    }

    /** Only before the first name is looked up: Java reads it once. */
    static void isShort() {
        Security.setProperty("networkaddress.cache.ttl", String.valueOf(SECONDS));
        Security.setProperty("networkaddress.cache.negative.ttl", String.valueOf(SECONDS));
    }
}
