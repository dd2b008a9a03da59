package dev.redismaintenance.cluster;

import java.util.Set;
import java.util.TreeSet;

/**
 * Whether a Kubernetes Node takes new pods, and for which maintenances it was made not to.
 *
 * @param unschedulable it is cordoned, by whomsoever
 * @param holders       the maintenances, as {@code namespace/name}, that keep it cordoned; none where the cordon is somebody else's
 */
public record Cordon(boolean unschedulable, Set<String> holders) {
    public Cordon {
        holders = Set.copyOf(holders);
    }

    public boolean heldFor(String maintenance) {
        return holders.contains(maintenance);
    }

    /** Somebody else has cordoned it: it is left to them. */
    public boolean foreign() {
        return unschedulable && holders.isEmpty();
    }

    public Cordon with(String maintenance) {
        Set<String> all = new TreeSet<>(holders);
        all.add(maintenance);
        return new Cordon(true, all);
    }

    /** The last one that it is held for opens it. */
    public Cordon without(String maintenance) {
        Set<String> rest = disownedBy(maintenance).holders();
        return new Cordon(unschedulable && (!rest.isEmpty() || !heldFor(maintenance)), rest);
    }

    /** Not this maintenance's any more, and as it is. */
    public Cordon disownedBy(String maintenance) {
        Set<String> rest = new TreeSet<>(holders);
        rest.remove(maintenance);
        return new Cordon(unschedulable, rest);
    }
}
