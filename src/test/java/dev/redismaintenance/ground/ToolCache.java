package dev.redismaintenance.ground;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
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
     * One that the machine may have of its own, else as {@link #optional}.
     *
     * @param name as it is found on the PATH
     */
    public static Path program(String name, String otherwise, String target) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(directory -> Path.of(directory, name)).filter(Files::isExecutable).findFirst()
                .orElseGet(() -> optional(otherwise, target));
    }

    /**
     * A program in it that {@code make test} can do without; the calling test is skipped where it is missing.
     *
     * @param target what makes it: {@code make TARGET}
     */
    public static Path optional(String program, String target) {
        Path path = file(program, target);
        if (!Files.isExecutable(path)) {
            throw new TestAbortedException(path + " cannot be executed: make " + target);
        }
        return path;
    }

    /** As {@link #optional}, for what is only read. */
    public static Path file(String name, String target) {
        Path path = directory().resolve(name);
        if (!Files.isReadable(path)) {
            throw new TestAbortedException("no " + path.getFileName() + " on this machine: make " + target);
        }
        return path;
    }
}
