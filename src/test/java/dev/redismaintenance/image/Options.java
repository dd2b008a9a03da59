package dev.redismaintenance.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How is Java told to run the operator in its container? */
public final class Options {
    /** In the image's environment, where whoever runs it can put others. Measured: {@code make image}. An older Java of a given base knows fewer. */
    public static final String DEFAULT = "-XX:+IgnoreUnrecognizedVMOptions -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms24m -Xmn8m -Xmx96m -XX:MinHeapFreeRatio=10"
            + " -XX:MaxHeapFreeRatio=20 -Xss512k -XX:+UseCompactObjectHeaders -XX:ReservedCodeCacheSize=32m -XX:TrimNativeHeapInterval=5000 -XX:-ShrinkHeapInSteps -XX:SoftRefLRUPolicyMSPerMB=10";
    /** One arena of the C library for all threads: Java asks it seldom, and what each thread's own keeps is never given back. */
    static final Map<String, String> ENVIRONMENT = Map.of("JDK_JAVA_OPTIONS", DEFAULT, "MALLOC_ARENA_MAX", "1");
    /** Classes as they are once they are loaded and linked; made by {@link Training}, with this Java and these jars only. */
    static final String CACHE = "app.aot";

    private Options() {
    }

    /** In the application's directory: the cache is bound to the class path as it is written. */
    static List<String> command(String java, boolean cache) {
        List<String> command = new ArrayList<>(List.of(java));
        if (cache) {
            command.add("-XX:AOTCache=" + CACHE);
        }
        command.addAll(List.of("-jar", "quarkus-run.jar"));
        return command;
    }
}
