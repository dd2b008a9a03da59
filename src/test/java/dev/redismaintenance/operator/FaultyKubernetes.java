package dev.redismaintenance.operator;

import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Function;

/** Kubernetes some of whose calls fail: before they were performed, or after, when only the answer is lost. */
final class FaultyKubernetes {
    enum Fault { NONE, REFUSED, ANSWER_LOST, FORBIDDEN, INVALID }

    private FaultyKubernetes() {
    }

    /** @param faults what becomes of each call, by its name */
    static Kubernetes of(Kubernetes kubernetes, Function<String, Fault> faults) {
        return (Kubernetes) Proxy.newProxyInstance(Kubernetes.class.getClassLoader(), new Class<?>[] {Kubernetes.class}, (proxy, method, args) -> {
            Fault fault = faults.apply(method.getName());
            if (fault == Fault.REFUSED || fault == Fault.FORBIDDEN) {
                throw new KubernetesException("may not " + method.getName(), fault == Fault.FORBIDDEN, new IllegalStateException(fault.name()));
            }
            if (fault == Fault.INVALID) {
                throw KubernetesException.ofInvalid("invalid: " + method.getName(), new IllegalStateException(fault.name()));
            }
            try {
                Object answer = method.invoke(kubernetes, args);
                if (fault == Fault.ANSWER_LOST) {
                    throw new KubernetesException("no answer to " + method.getName(), false, new IllegalStateException(fault.name()));
                }
                return answer;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }
}
