package dev.redismaintenance.ground;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which program on this machine stands for a container image? {@code make servers} puts them there. */
public final class Servers {

    /** One image of each server that the operator supports. */
    public static final List<String> ALL = List.of("redis:7.0", "redis:8.0", "valkey:8.1", "valkey:9.1");

    private static final Pattern IMAGE = Pattern.compile("(?:.*/)?(redis|valkey):(\\d+)\\.(\\d+)(?:[.@-].*)?");

    private Servers() {
    }

    /** Are all the servers on this machine? */
    public static boolean available() {
        return ALL.stream().allMatch(image -> program(image).filter(Files::isExecutable).isPresent());
    }

    /** The program of an image; empty for an image that is no server. */
    static Optional<Path> program(String image) {
        Matcher m = IMAGE.matcher(image);
        return m.matches()
                ? Optional.of(directory().resolve("bin").resolve(m.group(1) + m.group(2) + m.group(3) + "-server"))
                : Optional.empty();
    }

    /** The command line tool of the same package as the server of an image. */
    public static Path tool(String image) {
        Path server = program(image).orElseThrow(() -> new IllegalArgumentException("not a server: " + image));
        return server.resolveSibling(server.getFileName().toString().replace("-server", "-cli"));
    }

    private static Path directory() {
        Optional<Path> given = Optional.ofNullable(System.getenv("REDIS_MAINTENANCE_SERVERS")).map(Path::of);
        return given.orElseGet(() -> ToolCache.directory().resolve("servers"));
    }
}
