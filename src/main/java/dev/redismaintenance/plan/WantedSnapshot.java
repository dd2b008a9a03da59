package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.Placement;
import java.util.Optional;

/**
 * A snapshot that somebody wants recorded ahead, and what is there of it.
 *
 * @param name      of the ConfigMap
 * @param found     what it holds, where there is one that can be used
 * @param taken     why the name cannot be had: what is there under it is something else
 * @param surplus   the oldest of the pod's snapshots that were recorded ahead, where that is one too many
 */
public record WantedSnapshot(String name, Optional<Placement> found, Optional<String> taken, Optional<String> surplus) {
}
