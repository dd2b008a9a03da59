package dev.redismaintenance.snapshot;

import dev.redismaintenance.cluster.Loan;
import dev.redismaintenance.cluster.NodeId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The loans beside a snapshot as one line: {@code <spare>=<former primary or nothing>}, comma-separated; and back. */
public final class LoansText {
    private LoansText() {
    }

    public static String write(List<Loan> loans) {
        return loans.stream().map(l -> l.spare() + "=" + l.former().map(NodeId::value).orElse("")).collect(Collectors.joining(","));
    }

    public static List<Loan> read(String text) {
        try {
            return Arrays.stream(text.split(",")).filter(part -> !part.isBlank()).map(part -> {
                int eq = part.indexOf('=');
                if (eq < 0) {
                    throw new IllegalArgumentException(part);
                }
                String former = part.substring(eq + 1);
                return new Loan(new NodeId(part.substring(0, eq)), former.isEmpty() ? Optional.empty() : Optional.of(new NodeId(former)));
            }).toList();
        } catch (IllegalArgumentException e) {
            throw new UnreadableSnapshot("not a note of the spares that are lent: " + e.getMessage());
        }
    }
}
