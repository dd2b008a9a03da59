package dev.redismaintenance.operator;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** How often was each call of a port made, and what happens when one is held back for a while? */
final class Brake {
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final Set<String> arrived = ConcurrentHashMap.newKeySet();

    /** The port with its calls counted, and held where asked. */
    <T> UnaryOperator<T> on(Class<T> port) {
        return real -> port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, args) -> {
            CountDownLatch latch = held.get(method.getName());
            if (latch != null) {
                arrived.add(method.getName());
                latch.await();
            }
            try {
                return method.invoke(real, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            } finally {
                counts.computeIfAbsent(method.getName(), m -> new AtomicInteger()).incrementAndGet();
            }
        }));
    }

    int count(String method) {
        AtomicInteger n = counts.get(method);
        return n == null ? 0 : n.get();
    }

    void awaitMore(String method, int more) {
        int goal = count(method) + more;
        Awaitility.await(more + " more calls of " + method).atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20))
                .until(() -> count(method) >= goal);
    }

    /** The next calls of this method stop before they are made. */
    void hold(String method) {
        arrived.remove(method);
        held.put(method, new CountDownLatch(1));
    }

    void awaitHeld(String method) {
        Awaitility.await(method + " about to be called").atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(10))
                .until(() -> arrived.contains(method));
    }

    void release(String method) {
        CountDownLatch latch = held.remove(method);
        if (latch != null) {
            latch.countDown();
        }
    }
}
