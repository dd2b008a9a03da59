package dev.redismaintenance.ground;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/** Where do the scripts of {@code hack/} put what they get and build? */
public final class ToolCache {
    private ToolCache() {
    }

    /** {@code REDIS_MAINTENANCE_CACHE}, else {@code ~/.cache/redis-maintenance}. */
    public static Path directory() {
        return Optional.ofNullable(System.getenv("REDIS_MAINTENANCE_CACHE")).map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".cache", "redis-maintenance"));
    }

    /**
     * A program in it that {@code make test} can do without; the calling test is skipped where it is missing.
     *
     * @param target what makes it: {@code make TARGET}
     */
    public static Path optional(String program, String target) {
        Path path = directory().resolve(program);
        if (!Files.isExecutable(path)) {
            throw new TestAbortedException("no " + path.getFileName() + " on this machine: make " + target);
        }
        return path;
    }
}
