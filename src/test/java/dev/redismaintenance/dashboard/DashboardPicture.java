package dev.redismaintenance.dashboard;

import dev.redismaintenance.api.Mode;
import dev.redismaintenance.bench.Svg;
import dev.redismaintenance.bench.Text;
import dev.redismaintenance.dashboard.PanelDrawing.Curve;
import dev.redismaintenance.demo.OperatorProcess;
import dev.redismaintenance.ground.ControlPlane;
import dev.redismaintenance.ground.Prometheus;
import dev.redismaintenance.ground.Prometheus.Series;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.TestKubelet;
import dev.redismaintenance.operator.Ground;
import dev.redismaintenance.operator.Maintenances;
import dev.redismaintenance.plan.Reason;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Draws {@code docs/dashboard.svg}: every panel of {@code k8s/monitoring/dashboard.json}, where it is on the dashboard, with what Prometheus itself answers
 * to its queries after some minutes of real maintenances.
 * <ol>
 * <li>A real API server, a cluster of six real servers with data, the packaged operator, Prometheus.</li>
 * <li>Slots move out and back; a shard is handed over and its node stays closed until it is overdue; a primary's maintenance is refused by a gate; one is asked for a
 * pod that does not exist.</li>
 * <li>Each query is asked as Grafana asks it; Grafana itself is not run: lines, colours and fonts are ours.</li>
 * </ol>
 */
public final class DashboardPicture {
    static final Path PICTURE = Path.of("docs/dashboard.svg");
    /** On each curve. */
    static final int POINTS = 120;
    private static final String NAMESPACE = "cache";
    private static final Duration SCRAPED_EVERY = Duration.ofSeconds(2);
    private static final Duration OVERDUE_AFTER = Duration.ofSeconds(100);
    private static final Duration LOOKED_AT = Duration.ofSeconds(30);

    private DashboardPicture() {
    }

    public static void main(String[] args) throws Exception {
        boolean drawn = false;
        try {
            run();
            drawn = true;
        } catch (Exception e) {
            e.printStackTrace();
        }
        // threads of clients that are closed would keep the process
        System.exit(drawn ? 0 : 1);
    }

    private static void run() throws Exception {
        try (ControlPlane api = ControlPlane.start(); KubernetesClient client = api.client()) {
            Ground.install(client);
            client.resource(new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build()).create();
            try (TestKubelet kubelet = TestKubelet.on(client).nodes(3).start();
                    RedisCluster cluster = RedisCluster.on(client, kubelet).namespace(NAMESPACE).name("cache").image("valkey:8.1").primaries(3).replicasPerPrimary(1)
                            .args("--cluster-node-timeout", "5000").create();
                    OperatorProcess operator = OperatorProcess.start(api.kubeconfig(), NAMESPACE,
                            Map.of("REDIS_MAINTENANCE_OVERDUE_AFTER", OVERDUE_AFTER.toSeconds() + "s"))) {
                cluster.loadData(600_000_000);
                Awaitility.await("the operator answers HTTP").atMost(Duration.ofSeconds(60)).until(() -> operator.http().isPresent());
                try (Prometheus prometheus = new Prometheus(operator.http().orElseThrow(), SCRAPED_EVERY)) {
                    Instant begin = Instant.now();
                    story(new Maintenances(client, NAMESPACE));
                    Files.writeString(PICTURE, drawing(prometheus, begin, Instant.now()));
                    System.out.println("written to " + PICTURE);
                }
            }
        }
    }

    private static void story(Maintenances maintenances) throws InterruptedException {
        TimeUnit.SECONDS.sleep(10);
        maintenances.on("disk-cache-1", "cache-1");
        maintenances.awaitReady("disk-cache-1", Reason.InMaintenance);
        TimeUnit.SECONDS.sleep(10);
        maintenances.on("kernel-cache-0", "cache-0", spec -> spec.setDemoteNode(false));
        maintenances.awaitReady("kernel-cache-0", Reason.InMaintenance);
        TimeUnit.SECONDS.sleep(10);
        // two of three voters are spoken for
        maintenances.on("firmware-cache-2", "cache-2");
        TimeUnit.SECONDS.sleep(15);
        maintenances.on("kernel-cache-9", "cache-9");
        TimeUnit.SECONDS.sleep(25);
        maintenances.mode("firmware-cache-2", Mode.Off);
        maintenances.delete("kernel-cache-0");
        maintenances.awaitGone("kernel-cache-0");
        TimeUnit.SECONDS.sleep(LOOKED_AT.toSeconds());
        maintenances.mode("firmware-cache-2", Mode.On);
        TimeUnit.SECONDS.sleep(LOOKED_AT.toSeconds());
    }

    private static String drawing(Prometheus prometheus, Instant begin, Instant end) throws IOException, InterruptedException {
        double from = begin.toEpochMilli() / 1000.0;
        double to = end.toEpochMilli() / 1000.0;
        List<Panel> panels = Panel.ofDashboard();
        Svg svg = new Svg();
        svg.text(12, 26, 17, Svg.INK, "Redis maintenance");
        svg.text(12, 46, 12, Svg.FAINT, Text.of("Prometheus' answers to the dashboard's own queries, %s UTC; drawn by make dashboard, not by Grafana",
                DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC).format(end)));
        PanelDrawing drawing = new PanelDrawing(svg, from, to);
        for (Panel panel : panels) {
            switch (panel.kind()) {
                case stat -> drawing.stat(panel, prometheus.now(panel.targets().get(0).query()));
                case table -> drawing.table(panel, prometheus.now(panel.targets().get(0).query()));
                case timeseries -> drawing.timeseries(panel, curves(prometheus, panel, from, to));
            }
        }
        return svg.document(PanelDrawing.height(panels));
    }

    private static List<Curve> curves(Prometheus prometheus, Panel panel, double from, double to) throws IOException, InterruptedException {
        List<Curve> curves = new ArrayList<>();
        for (Panel.Target target : panel.targets()) {
            for (Series series : prometheus.over(target.query(), from, to, (to - from) / POINTS)) {
                curves.add(new Curve(target.name(series.labels()), series.points()));
            }
        }
        return curves;
    }
}
