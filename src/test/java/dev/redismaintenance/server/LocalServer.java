package dev.redismaintenance.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real server on a loopback address of its own, gone with its directory when it is closed or the JVM ends. */
final class LocalServer implements AutoCloseable {
    static final int PORT = 6379;
    private static final int BUS_PORT = 16379;

    private final Flavour flavour;
    private final String address;
    private final int port;
    private final int busPort;
    private final Path directory;
    private final List<String> arguments;
    private final Thread atExit = new Thread(this::kill);
    private Process process;

    private LocalServer(Flavour flavour, String address, int port, int busPort, Path directory, List<String> arguments) {
        this.flavour = flavour;
        this.address = address;
        this.port = port;
        this.busPort = busPort;
        this.directory = directory;
        this.arguments = arguments;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Plain text and in cluster mode, unless the arguments say otherwise. Returns when it answers. */
    static LocalServer start(Flavour flavour, String... arguments) {
        return start(flavour, ConnectionSettings.PLAIN, arguments);
    }

    /** @param settings with which its first answer is waited for */
    static LocalServer start(Flavour flavour, ConnectionSettings settings, String... arguments) {
        return started(new LocalServer(flavour, freeAddress(), PORT, BUS_PORT, temporaryDirectory(), List.of(arguments)), settings);
    }

    /** On the one IPv6 address that every machine has, at ports on which nobody listens. */
    static LocalServer startOnIpv6(Flavour flavour) {
        int bus = freePort();
        return started(new LocalServer(flavour, "::1", freePort(), bus, temporaryDirectory(), List.of("--cluster-port", String.valueOf(bus))), ConnectionSettings.PLAIN);
    }

    private static LocalServer started(LocalServer server, ConnectionSettings settings) {
        server.launch(List.of());
        server.awaitAnswer(settings);
        return server;
    }

    int port() {
        return port;
    }

    int busPort() {
        return busPort;
    }

    Flavour flavour() {
        return flavour;
    }

    String address() {
        return address;
    }

    Endpoint endpoint() {
        return endpoint(ConnectionSettings.PLAIN);
    }

    Endpoint endpoint(ConnectionSettings settings) {
        return new Endpoint(address, port, settings);
    }

    /** Does as {@code redis-cli} does, as the default user. */
    Reply tell(String... words) {
        return tell(ConnectionSettings.PLAIN, words);
    }

    Reply tell(ConnectionSettings settings, String... words) {
        try {
            return new Exchange(Duration.ofSeconds(2), Duration.ofSeconds(10)).with(endpoint(settings), List.of(Command.of(words))).get(0);
        } catch (ServerException e) {
            throw new IllegalStateException(e.getMessage() + "\n" + log(), e);
        }
    }

    /** Fails when the answer is an error. */
    String ask(String... words) {
        Reply reply = tell(words);
        if (reply instanceof Reply.Text text) {
            return text.text();
        }
        throw new IllegalStateException(String.join(" ", words) + ": " + reply);
    }

    /** Stops it and starts it again in its directory, with these arguments besides. Does not wait for an answer. */
    void restart(String... more) {
        process.destroy();
        waitForEnd();
        launch(List.of(more));
    }

    /** Ends it without a chance to write anything, as SIGKILL and the kernel do. Its directory stays. */
    void crash() {
        process.destroyForcibly();
        waitForEnd();
    }

    /** Starts it again after it crashed. Returns when it answers. */
    void rise() {
        launch(List.of());
        awaitAnswer(ConnectionSettings.PLAIN);
    }

    /** Keeps the process from running, connections stay: a frozen server. */
    void freeze() {
        signal("STOP");
    }

    void thaw() {
        signal("CONT");
    }

    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private void launch(List<String> more) {
        List<String> command = new ArrayList<>(List.of(flavour.program().toString(), "--bind", address, "--bind-source-addr", address,
                "--port", String.valueOf(port), "--protected-mode", "no", "--dir", directory.toString(), "--daemonize", "no", "--save", "",
                "--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--repl-diskless-sync-delay", "0"));
        command.addAll(arguments);
        command.addAll(more);
        try {
            process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile())).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitAnswer(ConnectionSettings settings) {
        Exchange exchange = new Exchange(Duration.ofSeconds(1), Duration.ofSeconds(1));
        Awaitility.await(flavour + " on " + address).atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20)).until(() -> {
            try {
                exchange.with(endpoint(settings), List.of(Command.of("PING")));
                return true;
            } catch (ServerException notYet) {
                if (!process.isAlive()) {
                    throw new IllegalStateException(flavour + " ended: " + log());
                }
                return notYet.kind() != ServerException.Kind.Unreachable;
            }
        });
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void kill() {
        process.destroyForcibly();
        waitForEnd();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException left) {
            // it lies in the system's temporary directory
        }
    }

    private void waitForEnd() {
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All that it has logged. */
    String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            return "(no log)";
        }
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("redis-maintenance-server-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An address on which nobody listens. */
    static String freeAddress() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (true) {
            String address = "127." + random.nextInt(10, 250) + "." + random.nextInt(1, 250) + "." + random.nextInt(1, 250);
            if (isFree(address, PORT) && isFree(address, BUS_PORT)) {
                return address;
            }
        }
    }

    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            if (isFree("::1", port)) {
                return port;
            }
        }
    }

    private static boolean isFree(String address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
