package dev.redismaintenance.operator;

import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.memory.CallCounter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Kubernetes whose every call is performed, counted, and may be the process's last. */
final class CountedKubernetes {
    private CountedKubernetes() {
    }

    static Kubernetes of(Kubernetes kubernetes, CallCounter counter) {
        return (Kubernetes) Proxy.newProxyInstance(Kubernetes.class.getClassLoader(), new Class<?>[] {Kubernetes.class}, (proxy, method, args) -> {
            counter.about();
            try {
                return method.invoke(kubernetes, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            } finally {
                counter.made(method.getName());
            }
        });
    }
}
