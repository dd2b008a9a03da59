package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.server.ServerException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The words of {@code MIGRATE} to one target, and what its error replies mean. The source dials the target itself, at the address by
 * which the cluster knows it, with TLS if and only if {@code tls-cluster} is on (servers' code), and logs in as we do. No message holds
 * the password: a server that does not know MIGRATE would repeat it.
 */
final class Migrate {
    private static final long LEAST_PATIENCE = 300;
    private static final long MOST_PATIENCE = 2000;
    private static final String FROM_TARGET = "ERR Target instance replied with error: ";

    private final Endpoint source;
    private final Endpoint target;
    private final String host;
    private final String port;
    private final Duration patience;

    private Migrate(Endpoint source, Endpoint target, String host, String port, Duration patience) {
        this.source = source;
        this.target = target;
        this.host = host;
        this.port = port;
        this.patience = patience;
    }

    static Migrate between(Line source, Line target, NodeId targetId) throws ServerException {
        Optional<NodeRow> seen = Answers.nodes(source).stream().filter(r -> r.id().equals(targetId)).findFirst();
        Map<String, String> settings = Answers.settings(source, "tls-cluster", "cluster-node-timeout");
        boolean tls = "yes".equals(settings.get("tls-cluster"));
        String kind = tls ? "tls-port" : "port";
        Map<String, String> ports = Answers.settings(target, kind, "cluster-announce-" + kind, Setting.ANNOUNCE_IP, Setting.ANNOUNCE_CLIENT_IPS.get(0),
                Setting.ANNOUNCE_CLIENT_IPS.get(1));
        // what CLUSTER NODES says then is for clients, and may be out of a server's reach
        boolean forClients = Setting.ANNOUNCE_CLIENT_IPS.stream().anyMatch(name -> !ports.getOrDefault(name, "").isEmpty());
        String host = Optional.of(ports.getOrDefault(Setting.ANNOUNCE_IP, "")).filter(h -> !h.isEmpty()).or(() -> forClients ? Optional.empty() : seen.map(r -> r.address().host()))
                .filter(h -> !h.isEmpty()).orElse(target.server().host());
        String announced = ports.getOrDefault("cluster-announce-" + kind, "0");
        String port = announced.equals("0") ? ports.getOrDefault(kind, "0") : announced;
        if (port.equals("0")) {
            throw new ServerException(Kind.TlsMismatch, source.server() + " would dial " + target.server() + (tls ? " with TLS" : " in plain text (tls-cluster no)")
                    + " to hand over keys, and that has no such port: set tls-cluster and the ports alike on all servers");
        }
        long nodeTimeout = Long.parseLong(settings.getOrDefault("cluster-node-timeout", "15000"));
        return new Migrate(source.server(), target.server(), host, port, Duration.ofMillis(Math.max(LEAST_PATIENCE, Math.min(MOST_PATIENCE, nodeTimeout / 4))));
    }

    /**
     * The timeout bounds each wait of the source for the target. It is far below cluster-node-timeout, after which a source that waits
     * would be held for failed; and above what the keys themselves need.
     *
     * @param database of the keys, at both ends
     * @param blocks   the longest that these keys may take, by their bytes
     */
    byte[][] words(int database, List<byte[]> keys, Duration blocks) {
        Duration timeout = patience.plus(blocks.multipliedBy(2));
        List<byte[]> words = new ArrayList<>(List.of(Line.words("MIGRATE", host, port, "", String.valueOf(database), String.valueOf(timeout.toMillis()), "REPLACE")));
        Optional<String> user = target.settings().user();
        Optional<String> password = target.settings().password();
        if (user.isPresent()) {
            words.addAll(List.of(Line.words("AUTH2", user.get(), password.orElse(""))));
        } else if (password.isPresent()) {
            words.addAll(List.of(Line.words("AUTH", password.get())));
        }
        words.add(Line.bytes("KEYS"));
        words.addAll(keys);
        return words.toArray(byte[][]::new);
    }

    /** Nobody knows which keys have arrived, or the target cannot take any just now: those still on the source are the truth. */
    static boolean passing(String error) {
        String text = error.startsWith(FROM_TARGET) ? error.substring(FROM_TARGET.length()) : error;
        return text.startsWith("IOERR") || text.startsWith("LOADING") || text.startsWith("CLUSTERDOWN") || text.startsWith("MASTERDOWN");
    }

    /** What the error means for a person, and the way out. */
    ServerException told(String error) {
        if (!error.startsWith(FROM_TARGET)) {
            return passing(error) ? new ServerException(Kind.Unreachable, source + " could not hand over keys to " + target + ": " + harmless(error))
                    : Refusals.of(source, Command.of("MIGRATE"), new Reply.Failure(harmless(error)));
        }
        String text = error.substring(FROM_TARGET.length());
        if (text.startsWith("OOM")) {
            return new ServerException(Kind.OutOfMemory, target + " has no memory left for a key of the moving slots (maxmemory): raise its maxmemory; the move then goes on");
        }
        if (text.startsWith("WRONGPASS") || text.startsWith("NOAUTH")) {
            return new ServerException(Kind.AuthenticationFailed, target + " refuses the login by which " + source + " is to hand over keys: it has another password or user");
        }
        if (passing(error)) {
            return new ServerException(Kind.Unreachable, target + " takes no keys: " + harmless(text));
        }
        return Refusals.of(target, Command.of("RESTORE-ASKING"), new Reply.Failure(harmless(text)));
    }

    private String harmless(String text) {
        return target.settings().password().filter(p -> !p.isEmpty()).map(p -> text.replace(p, "***")).orElse(text);
    }
}
