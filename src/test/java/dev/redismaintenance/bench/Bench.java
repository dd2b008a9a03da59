package dev.redismaintenance.bench;

import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.ground.ApiServer;
import dev.redismaintenance.ground.EmbeddedApiServer;
import dev.redismaintenance.ground.TestKubelet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** {@code make bench}: measures on each server version, writes the page and the plots, and checks the bars when asked to. */
public final class Bench {
    private final Options options;
    private final Results results = new Results();

    private Bench(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.fromEnvironment();
        System.exit(new Bench(options).run() ? 0 : 1);
    }

    private boolean run() throws Exception {
        Instant begin = Instant.now();
        try (ApiServer api = EmbeddedApiServer.start(); KubernetesClient client = api.client();
                TestKubelet kubelet = TestKubelet.on(client).nodes(3).start()) {
            for (String server : options.servers()) {
                measure(server, client, kubelet);
            }
        }
        write(Duration.between(begin, Instant.now()));
        Ratio.all(options, results).forEach(System.out::println);
        List<Bar> bars = Bar.all(options, results);
        bars.forEach(System.out::println);
        System.out.println("written to " + options.directory());
        return !options.check() || bars.stream().allMatch(Bar::held);
    }

    private void measure(String server, KubernetesClient client, TestKubelet kubelet) throws Exception {
        String image = Options.image(server);
        if (options.parts().contains("slots")) {
            new Match(options, server, new Stages(client, kubelet, image, options.megabytes(), 0), results).play(stage -> slotMoves(stage, client));
        }
        if (options.parts().contains("spare")) {
            new Match(options, server, new Stages(client, kubelet, image, options.megabytes(), 1), results)
                    .play(stage -> List.of(new FullResync(), new SpareFirst()));
        }
        if (options.parts().contains("handover")) {
            try {
                new Handovers(server, client, kubelet, results).run(options.slowRounds());
            } catch (TimeoutException | IllegalStateException e) {
                results.failed(server, "handover", e);
            }
        }
    }

    /** Those that the server knows; where it has atomic migration the tool's moves key by key are not close to ours. */
    private List<Contender> slotMoves(Stage stage, KubernetesClient client) {
        boolean atomic = HandAtomic.knownTo(stage);
        List<String> settings = atomic ? HandAtomic.SETTINGS : List.of(Setting.RDB_COMPRESSION);
        List<Contender> contenders = new ArrayList<>(List.of(new Idle(), new OurMove(1, settings)));
        if (atomic) {
            contenders.add(new OurMove(2, settings));
            contenders.add(new HandAtomic("atomic-together", true, false));
            contenders.add(new HandAtomic("atomic-in-turn", false, false));
            contenders.add(new HandAtomic("atomic-set", true, true));
            contenders.add(new CliReshard("cli-atomic", List.of("--cluster-use-atomic-slot-migration"), false, 1));
        }
        List<String> best = List.of("--cluster-pipeline", "1000");
        contenders.add(new CliReshard(Ratio.CLI_BEST, best, false, atomic ? options.sample() : 1));
        contenders.add(new CliReshard(Ratio.CLI_SET, best, true, options.sample()));
        contenders.add(new CliReshard(Ratio.CLI_DEFAULT, List.of(), false, options.sample()));
        contenders.add(new WholeMaintenance(client));
        return contenders;
    }

    private void write(Duration took) throws IOException {
        // before anything is written: it says whether files differ from the commit
        String page = new Page(options, results, took).text();
        Files.createDirectories(options.directory());
        if (!results.moves().isEmpty()) {
            Files.writeString(options.directory().resolve("moves.svg"), new MovesPlot(options, results).text());
        }
        if (!results.outages().isEmpty()) {
            Files.writeString(options.directory().resolve("handover.svg"), new HandoverPlot(options, results).text());
        }
        Files.writeString(options.directory().resolve("README.md"), page);
    }
}
