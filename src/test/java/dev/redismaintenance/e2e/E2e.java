package dev.redismaintenance.e2e;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * The operator on a real cluster, the one of {@code KUBECONFIG}: installed by its chart, servers in pods, a client in a pod, a Node that is drained for real, with a
 * maintenance and without. The exit status tells whether with it a write was lost or anything is not where it was. {@link Options} has the settings.
 */
public final class E2e {
    private E2e() {
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.fromEnvironment();
        List<Row> rows = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        String where;
        try (KubernetesClient client = new KubernetesClientBuilder().build(); Installation installation = Installation.of(client, options)) {
            where = Pages.where(client);
            List<Trial> trials = Trial.all(options);
            for (Trial trial : trials) {
                try {
                    rows.add(new Story(client, options, trial, "cache-" + (trials.indexOf(trial) + 1)).run());
                } catch (RuntimeException e) {
                    failures.add(trial + ": " + e.getMessage());
                    Cli.say("# failed: %s", e.getMessage());
                    installation.explain();
                }
            }
            installation.show();
        }
        String table = where + "\n" + Table.full(rows);
        Files.writeString(Options.TABLE, table);
        System.out.println("\n" + table);
        failures.forEach(failure -> System.out.println("failed: " + failure));
        boolean good = failures.isEmpty() && rows.stream().allMatch(Row::good);
        if (good && options.write()) {
            Pages.write(rows, where);
        }
        System.exit(good ? 0 : 1);
    }
}
