package dev.redismaintenance.server;

import dev.redismaintenance.cluster.Address;
import dev.redismaintenance.cluster.Memory;
import dev.redismaintenance.cluster.ReplicaLink;
import dev.redismaintenance.cluster.Replication;
import dev.redismaintenance.cluster.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What does an answer to {@code INFO} or {@code CLUSTER INFO} say? Lines of {@code name:value}, and headings after {@code #}. */
final class InfoText {
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final int BYTES_PER_KB = 1024;

    private final Map<String, String> fields;

    private InfoText(Map<String, String> fields) {
        this.fields = fields;
    }

    static InfoText parse(String text) {
        Map<String, String> fields = new HashMap<>();
        text.lines().map(String::strip).forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith("#")) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        });
        return new InfoText(fields);
    }

    Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** Fails with {@link IllegalArgumentException} when the server did not say it. */
    String required(String name) {
        return field(name).orElseThrow(() -> new IllegalArgumentException("INFO lacks " + name));
    }

    /** Empty also when it is no whole number. */
    Optional<Long> number(String name) {
        return field(name).filter(v -> v.matches("-?\\d+")).map(Long::valueOf);
    }

    long requiredNumber(String name) {
        return number(name).orElseThrow(() -> new IllegalArgumentException("INFO lacks the number " + name));
    }

    boolean yes(String name) {
        return field(name).filter("1"::equals).isPresent();
    }

    /** {@code valkey} or {@code redis}; Valkey also gives a {@code redis_version}, the one it is compatible with. */
    String flavour() {
        return field("valkey_version").isPresent() ? "valkey" : "redis";
    }

    String version() {
        return field("valkey_version").orElseGet(() -> required("redis_version"));
    }

    /** The numbers of those that hold keys, ascending. */
    List<Integer> databases() {
        return numbered("db");
    }

    /** In all databases. */
    long keys() {
        return databases().stream().mapToLong(n -> Long.parseLong(parts(required("db" + n)).getOrDefault("keys", "0"))).sum();
    }

    /** An empty server has less data than it reckons as overhead, and writes the difference without a sign: no data. */
    Memory memory() {
        return new Memory(Math.max(0, Long.parseUnsignedLong(required("used_memory_dataset"))), requiredNumber("used_memory"), number("maxmemory").orElse(0L));
    }

    /**
     * A replica's offset is {@code slave_repl_offset}, what it has applied: during an initial copy its own
     * {@code master_repl_offset} is of the stream it had before. Bytes of a copy are given only while it runs, and the whole
     * size is -1 or 0 while it is unknown (the primary streams without a file).
     */
    Replication replication() {
        Role role = required("role").equals("slave") ? Role.REPLICA : Role.PRIMARY;
        boolean replica = role == Role.REPLICA;
        return new Replication(role,
                !replica || field("master_link_status").filter("up"::equals).isPresent(),
                replica && yes("master_sync_in_progress"),
                requiredNumber(replica ? "slave_repl_offset" : "master_repl_offset"),
                Math.max(0, number("master_sync_read_bytes").orElse(0L)),
                Math.max(0, number("master_sync_total_bytes").orElse(0L)),
                field("instantaneous_output_repl_kbps").map(kbps -> (long) (Double.parseDouble(kbps) * BYTES_PER_KB)).orElse(0L),
                replicas(), replica ? field("master_host") : Optional.empty(),
                field("paused_reason").filter("failover_in_progress"::equals).isPresent());
    }

    private List<ReplicaLink> replicas() {
        return numbered("slave").stream().map(n -> replica(parts(required("slave" + n)))).toList();
    }

    /** Which numbers stand behind this word in names of fields, ascending. */
    private List<Integer> numbered(String word) {
        // hundreds of fields are gone through at each look
        return fields.keySet().stream().filter(name -> name.startsWith(word)).map(name -> name.substring(word.length()))
                .filter(rest -> NUMBER.matcher(rest).matches()).map(Integer::valueOf).sorted().toList();
    }

    private static ReplicaLink replica(Map<String, String> parts) {
        return new ReplicaLink(new Address(parts.getOrDefault("ip", ""), Integer.parseInt(parts.getOrDefault("port", "0"))),
                "online".equals(parts.get("state")), Long.parseLong(parts.getOrDefault("offset", "0")), Long.parseLong(parts.getOrDefault("lag", "0")));
    }

    /** Of {@code name=value,name=value}. */
    private static Map<String, String> parts(String value) {
        Map<String, String> parts = new HashMap<>();
        for (String part : value.split(",")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        return parts;
    }
}
