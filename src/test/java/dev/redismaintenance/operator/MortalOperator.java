package dev.redismaintenance.operator;

import dev.redismaintenance.kubernetes.AsRead;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.server.Servers;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The whole operator as a process that is gone right after its n-th external call: {@code halt}, so no shutdown hook, no
 * {@code finally} and no reply of ours gets out. Arguments: kubeconfig file, namespace, n (0: never).
 */
public final class MortalOperator {
    /** What the exit status tells: killed by the count, and not by a mishap. */
    static final int KILLED = 137;
    /** Short, since whoever comes next has to wait for it. */
    static final Duration LEASE = Duration.ofSeconds(2);
    private static final AtomicInteger CALLS = new AtomicInteger();

    private MortalOperator() {
    }

    public static void main(String[] args) throws Exception {
        int last = Integer.parseInt(args[2]);
        KubernetesClient client = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(new File(args[0])))
                .withKubernetesSerialization(AsRead.serialization()).build();
        new RunningOperator(client, args[1], k -> mortal(Kubernetes.class, k, last), s -> mortal(Servers.class, s, last), Pace.DEFAULT, LEASE);
        Thread.currentThread().join();
    }

    private static <T> T mortal(Class<T> port, T real, int last) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, args) -> {
            try {
                return method.invoke(real, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            } finally {
                int call = CALLS.incrementAndGet();
                System.out.println("call " + call + " " + method.getName());
                if (call == last) {
                    System.out.flush();
                    Runtime.getRuntime().halt(KILLED);
                }
            }
        }));
    }
}
