package dev.redismaintenance.e2e;

import dev.redismaintenance.bench.Machine;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;

/** Puts the results where they are read: between the marks of {@code docs/e2e.md} and of the README, which has those of the last server. */
final class Pages {
    private static final Path PAGE = Path.of("docs", "e2e.md");
    private static final Path README = Path.of("README.md");
    private static final String BEGIN = "<!-- e2e: written by make e2e with E2E_WRITE=true -->\n";
    private static final String END = "<!-- end -->\n";

    private Pages() {
    }

    static void write(List<Row> rows, String where) throws IOException {
        put(PAGE, where + "\n" + Table.full(rows));
        String last = rows.get(rows.size() - 1).server();
        put(README, Table.brief(rows.stream().filter(row -> row.server().equals(last)).toList()));
    }

    /** On what it was measured, and of what code. */
    static String where(KubernetesClient client) {
        return "%s, commit %s; %s.\n".formatted(LocalDate.now(ZoneOffset.UTC), Machine.commit(),
                client.nodes().list().getItems().stream().map(Pages::described).collect(Collectors.groupingBy(text -> text, Collectors.counting())).entrySet().stream()
                        .map(same -> same.getValue() + " x " + same.getKey()).collect(Collectors.joining("; ")));
    }

    private static String described(Node node) {
        return "Kubernetes %s, %s, %s, %s CPUs, %s".formatted(node.getStatus().getNodeInfo().getKubeletVersion(), node.getStatus().getNodeInfo().getContainerRuntimeVersion(),
                node.getStatus().getNodeInfo().getOsImage(), node.getStatus().getCapacity().get("cpu"), node.getStatus().getCapacity().get("memory"));
    }

    private static void put(Path file, String text) throws IOException {
        String page = Files.readString(file);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END, begin);
        if (begin < BEGIN.length() || end < 0) {
            throw new IllegalStateException(file + " has no place for the results");
        }
        Files.writeString(file, page.substring(0, begin) + text + page.substring(end));
    }
}
