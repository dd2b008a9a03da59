package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.redismaintenance.cluster.Inventory;
import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.SlotWork;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CountedSlotWorkTest {
    private static final List<Method> ALL = Arrays.stream(SlotWork.Listener.class.getDeclaredMethods()).filter(m -> !m.isSynthetic()).toList();

    /** Where a word is swallowed the worker waits for what has long been said. */
    @Test
    void whoever_follows_the_work_is_told_all_that_is_told() throws ServerException {
        AtomicLong bytes = new AtomicLong();
        Set<String> heard = new TreeSet<>();
        SlotWork.Listener ear = (SlotWork.Listener) Proxy.newProxyInstance(SlotWork.Listener.class.getClassLoader(), new Class<?>[] {SlotWork.Listener.class}, (proxy, method, args) -> {
            heard.add(method.getName());
            return method.getReturnType() == boolean.class ? false : null;
        });
        new CountedSlotWork(new SlotWork() {
            @Override
            public Inventory count(Endpoint server, NodeId node, SlotRanges slots, Listener listener) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void move(Order order, Listener listener) {
                ALL.forEach(method -> call(method, listener));
            }
        }, bytes::addAndGet).move(null, ear);
        assertEquals(ALL.stream().map(Method::getName).collect(Collectors.toCollection(TreeSet::new)), heard);
        assertEquals(7, bytes.get());
    }

    private static void call(Method method, SlotWork.Listener listener) {
        try {
            method.invoke(listener, method.getParameterCount() == 0 ? new Object[0] : new Object[] {SlotRanges.of(1, 1), 1L, 7L});
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new AssertionError(method + " takes something else", e);
        }
    }
}
