package dev.redismaintenance.api;

import java.util.ArrayList;
import java.util.List;

/** An absent list and an empty one mean the same; keeping only one of them lets equal objects be equal. */
final class Lists {
    private Lists() {
    }

    static <T> List<T> orEmpty(List<T> list) {
        return list == null ? new ArrayList<>() : list;
    }
}
