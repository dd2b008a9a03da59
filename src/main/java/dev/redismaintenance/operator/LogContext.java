package dev.redismaintenance.operator;

import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.MDC;

/** Which maintenance is a line of the log about? The console's format begins each line with it, {@code NAMESPACE/NAME}. */
final class LogContext {
    static final String KEY = "maintenance";

    private LogContext() {
    }

    static void begin(String namespace, String name) {
        MDC.put(KEY, namespace + "/" + name);
    }

    static void end() {
        MDC.remove(KEY);
    }

    private static void set(Optional<String> maintenance) {
        maintenance.ifPresentOrElse(m -> MDC.put(KEY, m), LogContext::end);
    }

    /** What is done there is about what it was asked for; a thread by itself stays with what it was created for. */
    static Executor carriedBy(Executor executor) {
        return task -> {
            Optional<String> asking = Optional.ofNullable(MDC.get(KEY));
            executor.execute(() -> {
                Optional<String> before = Optional.ofNullable(MDC.get(KEY));
                set(asking);
                try {
                    task.run();
                } finally {
                    set(before);
                }
            });
        };
    }
}
