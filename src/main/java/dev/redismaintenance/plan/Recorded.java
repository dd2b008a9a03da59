package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.Placement;
import java.util.List;
import java.util.Optional;

/**
 * A snapshot that was found, with what is remembered beside it.
 *
 * @param thisActivation it was taken by, or is already in use by, the maintenance that is going on, or the request names
 *                       it; a leftover of an earlier one otherwise
 * @param superseded     the snapshot of this activation, where the request names another to restore from; deleted with it
 */
public record Recorded(String snapshot, Placement placement, List<Loan> loans, boolean thisActivation,
                       Optional<String> superseded) {
    public Recorded {
        loans = List.copyOf(loans);
    }

    public Recorded(String snapshot, Placement placement, List<Loan> loans, boolean thisActivation) {
        this(snapshot, placement, loans, thisActivation, Optional.empty());
    }
}
