package dev.redismaintenance.e2e;

import dev.redismaintenance.chart.Chart;
import dev.redismaintenance.chart.HelmProcess;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The operator by its chart, and the two namespaces; all of it goes again. */
final class Installation implements AutoCloseable {
    static final String NAMESPACE = "redis-maintenance-e2e";
    static final String DEFINITION = "nodemaintenances.redis-maintenance.dev";
    private static final String RELEASE = Chart.NAME;

    private final Thread atExit = new Thread(this::remove, "e2e-exit");
    private final Options options;
    private final String kubeconfig;

    private Installation(Options options) {
        this.options = options;
        this.kubeconfig = Kube.ctl("config", "view", "--raw", "--flatten", "--minify");
    }

    static Installation of(KubernetesClient client, Options options) throws IOException, InterruptedException {
        Installation installation = new Installation(options);
        if (client.namespaces().withName(NAMESPACE).get() != null || client.namespaces().withName(Kube.NAMESPACE).get() != null) {
            Cli.say("# what an earlier run has left is removed");
            installation.remove();
        }
        if (client.apiextensions().v1().customResourceDefinitions().withName(DEFINITION).get() != null) {
            throw new IllegalStateException("the resource definition " + DEFINITION + " is there already: take a cluster in which the operator is not installed");
        }
        Runtime.getRuntime().addShutdownHook(installation.atExit);
        try {
            installation.install(client);
            return installation;
        } catch (IOException | InterruptedException | RuntimeException e) {
            installation.close();
            throw e;
        }
    }

    /** Serves one namespace only, in whatever cluster this is. */
    private void install(KubernetesClient client) throws IOException, InterruptedException {
        Kube.ctl("create", "namespace", Kube.NAMESPACE);
        int colon = options.operator().lastIndexOf(':');
        String values = """
                watchNamespaces: [%s]
                nodeName: { allowed: true }
                crds: { keep: false }
                image: { repository: "%s", tag: "%s" }
                """.formatted(Kube.NAMESPACE, options.operator().substring(0, colon), options.operator().substring(colon + 1));
        if (Cli.onPath("helm")) {
            Path file = Files.writeString(Files.createTempFile("values-", ".yaml"), values);
            Cli.shown("helm", "install", RELEASE, Chart.DIRECTORY.toString(), "--namespace", NAMESPACE, "--create-namespace", "--values", file.toString());
            Files.delete(file);
        } else {
            Cli.say("$ helm install %s %s --namespace %s --create-namespace --values values.yaml   # by Helm's library", RELEASE, Chart.DIRECTORY, NAMESPACE);
            HelmProcess.install(kubeconfig, Chart.DIRECTORY, RELEASE, NAMESPACE, values);
        }
        Kube.typed("--namespace", NAMESPACE, "rollout", "status", "deployment/" + RELEASE, "--timeout=180s");
        TrafficPod.provide(client);
    }

    /** What the operator's pods look like at the end: their age and restarts. */
    void show() {
        Kube.typed("--namespace", NAMESPACE, "get", "pods", "-o", "wide").lines().forEach(line -> System.out.println("           " + line));
    }

    /** What the operator said, when something went wrong. */
    void explain() {
        Kube.ctl("--namespace", NAMESPACE, "logs", "--selector", "app.kubernetes.io/name=" + Chart.NAME, "--prefix", "--tail=50").lines()
                .forEach(line -> System.out.println("           " + line));
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        if (options.keep()) {
            Cli.say("# E2E_KEEP: the namespaces %s and %s stay", NAMESPACE, Kube.NAMESPACE);
        } else {
            remove();
        }
    }

    /** The operator goes last: only it takes finalizers away. */
    private void remove() {
        try {
            if (Kube.ctl("get", "customresourcedefinitions", DEFINITION, "--ignore-not-found").length() > 0) {
                Kube.in("delete", DEFINITION, "--all", "--wait=false");
                Kube.in("wait", "--for=delete", DEFINITION, "--all", "--timeout=60s");
            }
            if (Cli.onPath("helm")) {
                Cli.quiet("helm", "uninstall", RELEASE, "--namespace", NAMESPACE);
            } else {
                HelmProcess.uninstall(kubeconfig, RELEASE, NAMESPACE);
            }
        } catch (IOException | IllegalStateException e) {
            Cli.say("# %s", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Kube.ctl("delete", "namespace", Kube.NAMESPACE, NAMESPACE, "--ignore-not-found", "--timeout=120s");
    }
}
