package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.kubernetes.Fabric8Kubernetes;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.server.JedisServers;
import dev.redismaintenance.server.JedisSlotWork;
import dev.redismaintenance.server.Servers;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** The whole operator in this JVM, for one namespace: the SDK, the reconciler, the loop, with the ports wrapped if wanted. */
public final class RunningOperator implements AutoCloseable {
    /** How many snapshots that were made ahead of one pod it keeps, of those that nobody names. */
    static final int SNAPSHOTS_KEPT = 2;
    private final Operator operator;
    private final MaintenanceLoop loop;
    private final List<String> steps = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<NodeMaintenance, Decision>> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService questions = OperatorBeans.questions();
    private final ExecutorService labour = OperatorBeans.labour();

    public RunningOperator(KubernetesClient client, String namespace) {
        this(client, namespace, k -> k, s -> s, Pace.DEFAULT);
    }

    public RunningOperator(KubernetesClient client, String namespace, UnaryOperator<Kubernetes> kubernetes, UnaryOperator<Servers> servers, Pace pace) {
        this(client, namespace, kubernetes, servers, pace, Duration.ofSeconds(15));
    }

    public RunningOperator(KubernetesClient client, String namespace, UnaryOperator<Kubernetes> kubernetes, UnaryOperator<Servers> servers, Pace pace, Duration lease) {
        this(client, namespace, kubernetes, servers, pace, false, lease);
    }

    public RunningOperator(KubernetesClient client, String namespace, UnaryOperator<Kubernetes> kubernetes, UnaryOperator<Servers> servers, Pace pace, boolean heals) {
        this(client, namespace, kubernetes, servers, pace, heals, Duration.ofSeconds(15));
    }

    public RunningOperator(KubernetesClient client, String namespace, UnaryOperator<Kubernetes> kubernetes, UnaryOperator<Servers> servers, Pace pace,
            boolean heals, Duration lease) {
        Kubernetes port = kubernetes.apply(new Fabric8Kubernetes(client));
        loop = new MaintenanceLoop(port, servers.apply(new JedisServers()),
                new JedisSlotWork(), questions, labour, this::decided, Clock.systemUTC(), pace, new OperatorSettings(true, heals, SNAPSHOTS_KEPT),
                new NamespaceLease(port, "test", lease, System::nanoTime));
        operator = new Operator(o -> o.withKubernetesClient(client).withCloseClientOnStop(false)
                .withMetrics(new SdkMetrics(new OperatorMetrics(new SimpleMeterRegistry()), new MissingPermissions(port), loop::gone))
                .withReconciliationTerminationTimeout(Duration.ofSeconds(2)));
        operator.register(new NodeMaintenanceReconciler(loop), c -> c.settingNamespace(namespace));
        operator.register(new InServiceReconciler(new InServiceKeeper(port)), c -> c.settingNamespace(namespace));
        operator.start();
    }

    /** From now on this one is told each decision, before its step is carried out. */
    void tell(BiConsumer<NodeMaintenance, Decision> one) {
        listeners.add(one);
    }

    private void decided(NodeMaintenance resource, Decision decision) {
        listeners.forEach(l -> l.accept(resource, decision));
        if (decision instanceof Decision.Act act) {
            steps.add(act.step().kind().name());
        }
    }

    /** The kinds of the steps that were taken so far, in their order. */
    public List<String> steps() {
        return List.copyOf(steps);
    }

    @Override
    public void close() {
        operator.stop();
        // the SDK forgets this one when it stops (5.3.2); its look for ghosts would keep the whole operator and its client in memory for ever
        operator.getConfigurationService().getExecutorServiceManager().scheduledExecutorService().shutdownNow();
        loop.end(OperatorBeans.LAST_WORDS);
        questions.shutdownNow();
        labour.shutdownNow();
    }
}
