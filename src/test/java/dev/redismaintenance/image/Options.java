package dev.redismaintenance.image;

import java.util.ArrayList;
import java.util.List;

/** How is Java told to run the operator in its container? */
public final class Options {
    /** In the image's environment, where whoever runs it can put others. Measured: {@code make image}. */
    public static final String DEFAULT = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms24m -Xmx96m -Xss512k -XX:+UseCompactObjectHeaders -XX:ReservedCodeCacheSize=32m";
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
