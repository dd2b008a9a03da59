package dev.redismaintenance.operator;

import dev.redismaintenance.memory.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * When all is over, which settings have a value that an operator gave them, and were not put back?
 *
 * <p>Put back is one that has the value which somebody else (its configuration at a start, a person) gave it last, or had given it
 * when a snapshot was taken: that is what was to be put back, also where a person has changed it since, to the very value that
 * maintenance gives (the two cannot be told apart) or on a node that is kept closed.
 */
final class SettingsOwed {
    private final World world;
    private final Map<String, String> others = new TreeMap<>();
    private final Map<String, Set<String>> recorded = new TreeMap<>();
    private final Map<String, String> setFor = new HashMap<>();
    private Map<String, String> last;
    private boolean recordLost;

    SettingsOwed(World world) {
        this.world = world;
        this.last = world.settings();
        others.putAll(last);
    }

    /** Between two turns nobody acts but others. */
    void turnBegins() {
        Map<String, String> now = world.settings();
        now.forEach((setting, value) -> {
            if (!value.equals(last.get(setting))) {
                others.put(setting, value);
                setFor.remove(setting);
            }
        });
        last = now;
    }

    void turnEnds() {
        last = world.settings();
    }

    /** What is recorded from now on is what a person has left to be recorded: nobody knows any more what was before. */
    void recordIsLost() {
        recordLost = true;
    }

    void snapshotTaken() {
        others.forEach((setting, value) -> recorded.computeIfAbsent(setting, s -> new TreeSet<>()).add(value));
        if (recordLost) {
            world.settings().forEach((setting, value) -> recorded.get(setting).add(value));
        }
    }

    /** A step of the maintenance of this pod. */
    void set(String pod, Call call) {
        world.topology.pods().stream().filter(p -> world.cluster.up(p) && world.cluster.ip(p).equals(call.host()))
                .forEach(p -> setFor.put(call.arguments().get(0) + " on " + p, pod));
    }

    /** @param told by pod, what the maintenances of it have said in the end */
    List<String> untold(Map<String, String> told) {
        List<String> owed = new ArrayList<>();
        world.settings().forEach((setting, value) -> {
            boolean back = value.equals(others.get(setting)) || recorded.getOrDefault(setting, Set.of()).contains(value);
            String said = told.getOrDefault(Objects.requireNonNullElse(setFor.get(setting), ""), "");
            if (!back && !said.contains(setting + " is ") && !said.contains(setting + ", which could not be asked") && !said.contains("The snapshot is gone: settings")) {
                owed.add(setting + " is " + value + " and was " + others.get(setting) + ", set for " + setFor.get(setting) + ", which says: " + said);
            }
        });
        return owed;
    }
}
