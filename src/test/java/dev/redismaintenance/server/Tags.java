package dev.redismaintenance.server;

import redis.clients.jedis.util.JedisClusterCRC16;

/** A hash tag for each slot. */
final class Tags {
    private static final String[] BY_SLOT = all();

    private Tags() {
    }

    static String of(int slot) {
        return BY_SLOT[slot];
    }

    private static String[] all() {
        String[] tags = new String[16384];
        int found = 0;
        for (int i = 0; found < tags.length; i++) {
            String tag = Integer.toString(i, 36);
            int slot = JedisClusterCRC16.getSlot(tag);
            if (tags[slot] == null) {
                tags[slot] = tag;
                found++;
            }
        }
        return tags;
    }
}
