package dev.redismaintenance.kubernetes;

import dev.redismaintenance.cluster.Listening;
import io.fabric8.kubernetes.api.model.Container;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * At which port does a pod's server listen, and does it speak TLS there? Only what the pod's spec says plainly counts:
 *
 * <ol>
 * <li>The container is the only one, else the only one that runs {@code redis-server} or {@code valkey-server}, else the only one
 *     with an image of that name.</li>
 * <li>Its words {@code --port}, {@code --tls-port} and {@code --tls-cluster}, said once each. Of two ports, the one at which the
 *     servers speak with each other.</li>
 * <li>Else the one container port with a name of a client port, else the only one that is no bus port and no other program's.</li>
 * </ol>
 *
 * <p>What the words are besides may be secret, so no other word is kept or told. No Secret and no ConfigMap is read.
 */
final class ListeningReader {
    private static final Pattern SERVER = Pattern.compile("(?:.*/)?(?:redis|valkey)-server");
    private static final Pattern IMAGE = Pattern.compile("(?:.*/)?(?:redis|valkey)(?:-cluster|-stack-server|-bundle)?(?:[:@].*)?");
    private static final Pattern CLIENT = Pattern.compile("(?:tcp-)?(?:redis|valkey|client)(?:-(?:client|server|port|tls))?");
    private static final Pattern OTHERS = Pattern.compile(".*(?:bus|gossip|cluster|metric|export|http|sentinel|health|prom).*");
    /** Between the words of a script; quotes stand around them. */
    private static final Pattern BETWEEN = Pattern.compile("[\\s;&|'\"]+");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,5}");
    private static final int BUS = 10_000;

    private final Container container;
    private final List<String> words;

    private ListeningReader(Container container) {
        this.container = container;
        this.words = words(container);
    }

    static Listening read(List<Container> containers) {
        List<Container> servers = servers(containers);
        return servers.size() == 1 ? new ListeningReader(servers.get(0)).read()
                : unclear(false, "its containers " + containers.stream().map(Container::getName).collect(Collectors.joining(", "))
                        + " leave open which of them is the server");
    }

    private static List<Container> servers(List<Container> containers) {
        if (containers.size() == 1) {
            return containers;
        }
        List<Container> running = containers.stream().filter(c -> words(c).stream().anyMatch(w -> SERVER.matcher(w).matches())).toList();
        return running.isEmpty() ? containers.stream().filter(c -> c.getImage() != null && IMAGE.matcher(c.getImage()).matches()).toList() : running;
    }

    private static List<String> words(Container container) {
        Map<String, String> environment = container.getEnv().stream().filter(e -> e.getValue() != null)
                .collect(Collectors.toMap(e -> "$(" + e.getName() + ")", e -> e.getValue(), (a, b) -> b));
        return Stream.concat(container.getCommand().stream(), container.getArgs().stream()).flatMap(BETWEEN::splitAsStream)
                .map(word -> environment.getOrDefault(word, word)).filter(word -> !word.isEmpty()).toList();
    }

    private Listening read() {
        List<String> plain = values("--port");
        List<String> tls = values("--tls-port");
        if (doubtful(plain) || doubtful(tls)) {
            return unclear(false, "the arguments of container " + container.getName() + " say --port or --tls-port more than once, or not as a number");
        }
        boolean tlsCluster = values("--tls-cluster").equals(List.of("yes"));
        boolean noPlain = plain.contains("0");
        if (port(tls) > 0 && (noPlain || tlsCluster)) {
            return plain(port(tls), true, "--tls-port " + port(tls) + " and " + (noPlain ? "--port 0" : "--tls-cluster yes"));
        }
        if (port(plain) > 0) {
            return plain(port(plain), false, "--port " + port(plain));
        }
        return noPlain ? unclear(true, "container " + container.getName() + " has --port 0 and no --tls-port") : declared(port(tls), tlsCluster);
    }

    /** @param besides a port at which it listens as well, but not this one; 0 is none */
    private Listening declared(int besides, boolean tls) {
        Map<Integer, String> ports = new TreeMap<>();
        container.getPorts().stream().filter(p -> p.getContainerPort() != null && p.getContainerPort() != besides)
                .filter(p -> p.getProtocol() == null || p.getProtocol().equals("TCP"))
                .forEach(p -> ports.merge(p.getContainerPort(), Optional.ofNullable(p.getName()).orElse(""), (a, b) -> CLIENT.matcher(a).matches() ? a : b));
        List<Integer> named = ports.keySet().stream().filter(p -> CLIENT.matcher(ports.get(p)).matches()).toList();
        List<Integer> possible = named.isEmpty() ? ports.keySet().stream()
                .filter(p -> !OTHERS.matcher(ports.get(p)).matches() && !ports.containsKey(p - BUS)).toList() : named;
        if (possible.size() == 1) {
            int port = possible.get(0);
            return plain(port, tls, (named.isEmpty() ? "the only client port " + port : "the port " + ports.get(port) + " (" + port + ")") + (tls ? " and --tls-cluster yes" : ""));
        }
        return unclear(tls, "container " + container.getName() + (possible.isEmpty() ? " declares no client port" : " declares the ports " + possible));
    }

    private Listening plain(int port, boolean tls, String what) {
        return new Listening(Optional.of(port), tls, what + " of container " + container.getName());
    }

    private static Listening unclear(boolean tls, String why) {
        return new Listening(Optional.empty(), tls, why);
    }

    /** What follows the option, each once. */
    private List<String> values(String option) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).equals(option)) {
                values.add(i + 1 < words.size() ? words.get(i + 1) : "");
            }
        }
        return List.copyOf(new TreeSet<>(values));
    }

    private static boolean doubtful(List<String> values) {
        return values.size() > 1 || values.stream().anyMatch(v -> !NUMBER.matcher(v).matches() || Integer.parseInt(v) > 65_535);
    }

    private static int port(List<String> values) {
        return values.isEmpty() ? 0 : Integer.parseInt(values.get(0));
    }
}
