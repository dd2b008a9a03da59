package dev.redismaintenance.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How is Java told to run the operator in its container? */
public final class Options {
    /**
     * In the image's environment, where whoever runs it can put others. Measured: {@code make image}. An older Java of a given base knows fewer. Methods called by
     * reflection (Jackson's) are called as they are: Java would make code of its own for each. The sweeper's threshold is above what a start compiles: else the
     * whole heap would be collected in the middle of it, to find code that is not used any more.
     */
    public static final String DEFAULT = "-XX:+IgnoreUnrecognizedVMOptions -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms24m -Xmn8m -XX:SurvivorRatio=2 -Xmx96m -XX:MinHeapFreeRatio=10"
            + " -XX:MaxHeapFreeRatio=20 -Xss512k -XX:+UseCompactObjectHeaders -XX:ReservedCodeCacheSize=32m -XX:SweeperThreshold=40"
            + " -XX:TrimNativeHeapInterval=5000 -XX:-ShrinkHeapInSteps -XX:SoftRefLRUPolicyMSPerMB=10 -Djdk.reflect.useNativeAccessorOnly=true";
    /**
     * Java touches so many pages beyond where each thread's stack is, in case code of the system needs them: half of its own number, the least that it takes on this
     * kind of machine. On arm64 it takes no other number than its own.
     */
    private static final String ON_AMD64 = " -XX:StackShadowPages=10";
    /**
     * What any image may have, of a base whose processor nobody here knows. One arena of the C library for all threads: Java asks it seldom, and what
     * each thread's own keeps is never given back.
     */
    static final Map<String, String> ENVIRONMENT = Map.of("JDK_JAVA_OPTIONS", DEFAULT, "MALLOC_ARENA_MAX", "1");
    /** Classes as they are once they are loaded and linked; made by {@link Training}, with this Java and these jars only. */
    static final String CACHE = "app.aot";

    private Options() {
    }

    /** What an image made on this machine has: {@link #DEFAULT}, and what only its kind of processor takes. */
    public static String here() {
        return of(System.getProperty("os.arch"));
    }

    static String of(String architecture) {
        return DEFAULT + (architecture.equals("amd64") ? ON_AMD64 : "");
    }

    static Map<String, String> environmentHere() {
        Map<String, String> environment = new TreeMap<>(ENVIRONMENT);
        environment.put("JDK_JAVA_OPTIONS", here());
        return environment;
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
