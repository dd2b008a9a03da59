package dev.redismaintenance.demo;

import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What a person at two terminals would see: the line of {@code kubectl get rnm} whenever it changes, and new events. */
final class Screen {
    private static final String FORMAT = "%7s  %-22s %-12s %-7s %-9s %-20s %-6s %s%n";

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final Instant began;
    private final Set<String> seen = new HashSet<>();
    private String last = "";

    Screen(KubernetesClient client, String namespace, String name) {
        this(client, namespace, name, Instant.now());
    }

    private Screen(KubernetesClient client, String namespace, String name, Instant began) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
        this.began = began;
    }

    /** The same clock, maybe another resource. */
    Screen about(String other) {
        return other.equals(name) ? this : new Screen(client, namespace, other, began);
    }

    /** What a command printed. */
    void text(String text) {
        text.lines().forEach(line -> System.out.printf("%9s%s%n", "", line));
    }

    void say(String text, Object... values) {
        System.out.printf("%7s  " + text + "%n", prepend(at(), values));
    }

    void header() {
        System.out.printf(FORMAT, "", "NAME", "TARGET", "SHARDS", "PROGRESS", "PHASE", "READY", "SNAPSHOT");
    }

    /** Prints what is new; empty when the resource is gone. */
    Optional<NodeMaintenance> refresh() {
        client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(e -> name.equals(e.getInvolvedObject().getName()) && seen.add(e.getMetadata().getName()))
                .forEach(this::print);
        Optional<NodeMaintenance> resource = Optional.ofNullable(client.resources(NodeMaintenance.class).inNamespace(namespace).withName(name).get());
        resource.ifPresent(this::print);
        return resource;
    }

    private void print(Event e) {
        System.out.printf("%7s    %s %s: %s%n", at(), e.getType().toLowerCase(java.util.Locale.ROOT), e.getReason(), e.getMessage());
    }

    private void print(NodeMaintenance m) {
        NodeMaintenanceStatus s = m.getStatus();
        if (s == null || s.getTarget() == null) {
            return;
        }
        Optional<Condition> ready = s.getConditions().stream().filter(c -> c.getType().equals("Ready")).findFirst();
        Object[] row = {m.getMetadata().getName(), s.getTarget(), Optional.ofNullable(s.getShards()).orElse(""), s.getProgress(), ready.map(Condition::getReason).orElse(""),
                ready.map(c -> c.getStatus().name()).orElse(""), s.getSnapshot() == null ? "" : s.getSnapshot().getName()};
        String line = String.join("|", java.util.Arrays.stream(row).map(String::valueOf).toList());
        if (!line.equals(last)) {
            last = line;
            System.out.printf(FORMAT, prepend(at(), row));
        }
    }

    private static Object[] prepend(Object first, Object[] rest) {
        Object[] all = new Object[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    private String at() {
        return "%.1f s".formatted(Duration.between(began, Instant.now()).toMillis() / 1000.0);
    }
}
