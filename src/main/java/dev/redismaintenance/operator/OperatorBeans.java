package dev.redismaintenance.operator;

import dev.redismaintenance.kubernetes.Fabric8Kubernetes;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.ReadFields;
import dev.redismaintenance.server.JedisServers;
import dev.redismaintenance.server.JedisSlotWork;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkiverse.operatorsdk.runtime.QuarkusConfigurationService;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the operator together for Quarkus. */
final class OperatorBeans {
    /** How many servers are asked at the same time. */
    private static final int QUESTIONS = 16;
    /** Below what Kubernetes gives a pod to end by itself, 30 s where nothing else is said. */
    static final Duration LAST_WORDS = Duration.ofSeconds(20);

    @Produces
    @Singleton
    MaintenanceLoop loop(KubernetesClient client, OperatorMetrics metrics,
            @ConfigProperty(name = "redis-maintenance.overdue-after", defaultValue = "4h") Duration overdueAfter,
            @ConfigProperty(name = "redis-maintenance.override-gates", defaultValue = "false") boolean overrides,
            @ConfigProperty(name = "redis-maintenance.heal-restarted-clusters", defaultValue = "false") boolean heals,
            @ConfigProperty(name = "redis-maintenance.snapshots-kept", defaultValue = "0") int snapshotsKept,
            @ConfigProperty(name = "redis-maintenance.lease-duration", defaultValue = "15s") Duration leaseDuration) {
        Kubernetes kubernetes = new Fabric8Kubernetes(client);
        return new MaintenanceLoop(kubernetes, new JedisServers(), new CountedSlotWork(new JedisSlotWork(), metrics::moved), questions(), labour(), metrics,
                Clock.systemUTC(), Pace.DEFAULT.withOverdue(overdueAfter), new OperatorSettings(overrides, heals, snapshotsKept),
                new NamespaceLease(kubernetes, Optional.ofNullable(System.getenv("HOSTNAME")).orElse("operator"), leaseDuration, System::nanoTime));
    }

    @Produces
    @Singleton
    KubernetesClientObjectMapperCustomizer readFields() {
        return ReadFields::only;
    }

    @Produces
    @Singleton
    InServiceKeeper keeper(KubernetesClient client) {
        return new InServiceKeeper(new Fabric8Kubernetes(client));
    }

    void end(@Disposes MaintenanceLoop loop) {
        loop.end(LAST_WORDS);
    }

    @Produces
    @Singleton
    OperatorMetrics metrics(MeterRegistry registry) {
        return new OperatorMetrics(registry);
    }

    @Produces
    @Singleton
    Metrics sdkMetrics(KubernetesClient client, OperatorMetrics metrics, MaintenanceLoop loop) {
        return new SdkMetrics(metrics, new MissingPermissions(new Fabric8Kubernetes(client)), loop::gone);
    }

    void begin(@Observes StartupEvent started) {
        UnusedHeap.ofThisProcess().ifPresent(UnusedHeap::start);
    }

    /** In place of the extension's own, for {@link WithoutMaxInterval}. */
    @Produces
    @ApplicationScoped
    Operator operator(QuarkusConfigurationService configuration, @Any Instance<Reconciler<? extends HasMetadata>> reconcilers) {
        Operator operator = new Operator(configuration);
        reconcilers.forEach(reconciler -> register(operator, configuration, reconciler));
        return operator;
    }

    private static <P extends HasMetadata> void register(Operator operator, QuarkusConfigurationService configuration, Reconciler<P> reconciler) {
        operator.register(reconciler, new WithoutMaxInterval<>(configuration.getConfigurationFor(reconciler), configuration));
    }

    /** Daemons as well: what they leave half-way, the next process goes on with. */
    static ExecutorService labour() {
        return Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "slots");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Daemons: a question to a server that does not answer must not keep the process from ending. */
    static ExecutorService questions() {
        return Executors.newFixedThreadPool(QUESTIONS, task -> {
            Thread thread = new Thread(task, "question");
            thread.setDaemon(true);
            return thread;
        });
    }
}
