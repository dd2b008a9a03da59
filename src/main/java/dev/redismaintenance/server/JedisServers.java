package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.SlotRanges;
import dev.redismaintenance.server.ServerException.Kind;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@link Servers} over the network: a new connection for each call, closed after it. Safe for any number of threads. */
public final class JedisServers implements Servers {
    private static final Command WHO_AM_I = Command.of("ACL", "WHOAMI");
    private static final Command NODES = Command.of("CLUSTER", "NODES");
    private static final Command RELEASE = Command.of("CLUSTER", "REPLICATE", "NO", "ONE");
    private static final Command RESET = Command.of("CLUSTER", "RESET", "SOFT");

    private static final Command CANCEL_IN_VALKEY = Command.of("CLUSTER", "CANCELSLOTMIGRATIONS");
    private static final Command CANCEL_IN_REDIS = Command.of("CLUSTER", "MIGRATION", "CANCEL", "ALL");
    /** Valkey's answer when there is nothing to cancel (measured, 9.1.2). */
    static final String NO_JOBS = "ERR No migrations ongoing";

    static final String UNKNOWN_NODE = "ERR Unknown node";

    private final Exchange exchange;
    private final Duration connectTimeout;
    private final Duration readTimeout;
    private final KnownRows known = new KnownRows();

    /** Two seconds to connect, three for an answer. */
    public JedisServers() {
        this(Duration.ofSeconds(2), Duration.ofSeconds(3));
    }

    /**
     * @param connectTimeout to connect, again for the TLS handshake, and again to find out the language of a server that failed both
     * @param readTimeout    for each wait for an answer; all answers of an exchange together get twice that
     */
    public JedisServers(Duration connectTimeout, Duration readTimeout) {
        this.exchange = new Exchange(connectTimeout, readTimeout);
        this.connectTimeout = connectTimeout;
        this.readTimeout = readTimeout;
    }

    @Override
    public NodeReport report(Endpoint server) throws ServerException {
        List<Reply> replies = exchange.with(server, ReportQuestions.COMMANDS);
        List<Reply> required = replies.subList(0, ReportQuestions.REQUIRED);
        List<String> notPermitted = required.stream().filter(Reply.Failure.class::isInstance).map(Reply.Failure.class::cast)
                .filter(f -> f.is("NOPERM")).flatMap(f -> Refusals.deniedCommand(f.text()).stream()).toList();
        if (!notPermitted.isEmpty()) {
            throw Refusals.notPermitted(server, notPermitted);
        }
        for (int i = 0; i < required.size(); i++) {
            if (required.get(i) instanceof Reply.Failure failure) {
                ServerException refusal = Refusals.of(server, ReportQuestions.COMMANDS.get(i), failure);
                throw refusal.kind() == Kind.Loading
                        ? new ServerException(Kind.Loading, refusal.getMessage() + ReportQuestions.loadingProgress(replies))
                        : refusal;
            }
        }
        try {
            return ReportQuestions.report(replies, known);
        } catch (IllegalArgumentException e) {
            throw new ServerException(Kind.Refused, server + " gave an answer that cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Denied denied(Endpoint server) throws ServerException {
        Set<String> always = new LinkedHashSet<>();
        Set<String> slots = new LinkedHashSet<>();
        String user = whoAmI(server, always);
        NeededCommand[] needed = NeededCommand.values();
        List<Command> dryRuns = NeededCommand.dryRuns(user);
        List<Reply> replies = exchange.with(server, dryRuns);
        for (int i = 0; i < needed.length; i++) {
            Set<String> denied = needed[i].always() ? always : slots;
            Reply reply = replies.get(i);
            if (reply instanceof Reply.Failure failure) {
                if (failure.is("NOPERM") || failure.unknownCommand()) {
                    always.add(NeededCommand.ACL_DRYRUN.right());
                } else if (failure.text().matches("ERR Command '.*' not found")) {
                    // renamed, or not in this version
                    if (!needed[i].mayBeAbsent()) {
                        denied.add(needed[i].right());
                    }
                } else {
                    throw Refusals.of(server, dryRuns.get(i), failure);
                }
            } else if (reply instanceof Reply.Text text && text.text().matches(".*no permissions to access the '.*' key")) {
                denied.add(Denied.ALL_KEYS);
            } else if (!reply.equals(new Reply.Text("OK"))) {
                denied.add(needed[i].right());
            }
        }
        return new Denied(List.copyOf(always), List.copyOf(slots));
    }

    /** The name that the settings give, where the server will not tell: the connection has no other. */
    private String whoAmI(Endpoint server, Set<String> denied) throws ServerException {
        Reply reply = exchange.with(server, List.of(WHO_AM_I)).get(0);
        if (reply instanceof Reply.Text name) {
            return name.text();
        }
        if (reply instanceof Reply.Failure failure && !failure.is("NOPERM") && !failure.unknownCommand()) {
            throw Refusals.of(server, WHO_AM_I, failure);
        }
        denied.add(NeededCommand.ACL_WHOAMI.right());
        return server.settings().user().orElse("default");
    }

    @Override
    public void failover(Endpoint replica) throws ServerException {
        order(replica, Command.of("CLUSTER", "FAILOVER"));
    }

    @Override
    public void replicate(Endpoint node, NodeId primary) throws ServerException {
        order(node, Command.of("CLUSTER", "REPLICATE", primary.value()));
    }

    /**
     * Looks first: a soft reset of a primary that owns slots and has no keys is not refused by any server, and would leave its
     * slots uncovered.
     */
    @Override
    public void letGo(Endpoint replica) throws ServerException {
        NodeRow own = ownRow(replica);
        if (own.role() == Role.PRIMARY) {
            if (own.slots().isEmpty()) {
                return;
            }
            throw new ServerException(Kind.Refused, replica + " is a primary that owns slots, not a replica to let go");
        }
        Reply reply = exchange.with(replica, List.of(RELEASE)).get(0);
        // the answer of servers that know only CLUSTER REPLICATE <id>
        if (reply instanceof Reply.Failure failure && failure.text().startsWith("ERR wrong number of arguments")) {
            order(replica, RESET);
        } else {
            requireOk(replica, RELEASE, reply);
        }
    }

    @Override
    public void meet(Endpoint via, String host, int port, int busPort) throws ServerException {
        order(via, busPort == port + NodeRow.BUS ? Command.of("CLUSTER", "MEET", host, String.valueOf(port))
                : Command.of("CLUSTER", "MEET", host, String.valueOf(port), String.valueOf(busPort)));
    }

    @Override
    public void forget(Endpoint server, NodeId dead) throws ServerException {
        Command command = Command.of("CLUSTER", "FORGET", dead.value());
        Reply reply = exchange.with(server, List.of(command)).get(0);
        // all but Redis 7.0 tell each other to forget: another was quicker
        if (!(reply instanceof Reply.Failure failure && failure.text().startsWith(UNKNOWN_NODE))) {
            requireOk(server, command, reply);
        }
    }

    @Override
    public long keysInSlot(Endpoint server, int slot) throws ServerException {
        try (Line line = Line.open(server, connectTimeout, readTimeout)) {
            return Databases.of(line).count(SlotRanges.of(slot, slot)).getOrDefault(slot, 0L);
        }
    }

    @Override
    public void own(Endpoint server, NodeId self, NodeId other, int slot) throws ServerException {
        // only a slot that was IMPORTING gives the server a new epoch (servers' code); without one, who takes the other for its owner goes on doing so
        order(server, Command.of("CLUSTER", "SETSLOT", String.valueOf(slot), "IMPORTING", other.value()));
        order(server, Command.of("CLUSTER", "SETSLOT", String.valueOf(slot), "NODE", self.value()));
    }

    @Override
    public void set(Endpoint node, String name, String value) throws ServerException {
        order(node, Command.of("CONFIG", "SET", name, value));
    }

    /** Asks both kinds: each answers the other's command with an error. */
    @Override
    public void cancelJobs(Endpoint server) throws ServerException {
        List<Reply> told = exchange.with(server, List.of(WayAnswers.OF_VALKEY, WayAnswers.OF_REDIS));
        if (!SlotJobsText.harmlessToCancel(told.get(0), told.get(1))) {
            return;
        }
        List<Reply> replies = exchange.with(server, List.of(CANCEL_IN_VALKEY, CANCEL_IN_REDIS));
        if (replies.get(1) instanceof Reply.Text) {
            // the number of migrations cancelled
            return;
        }
        Reply reply = replies.get(0);
        if (reply instanceof Reply.Failure failure && (failure.unknownCommand() || failure.text().startsWith(NO_JOBS))) {
            if (failure.unknownCommand() && replies.get(1) instanceof Reply.Failure other && !other.unknownCommand()) {
                throw Refusals.of(server, CANCEL_IN_REDIS, other);
            }
            return;
        }
        requireOk(server, CANCEL_IN_VALKEY, reply);
    }

    private NodeRow ownRow(Endpoint server) throws ServerException {
        Reply reply = exchange.with(server, List.of(NODES)).get(0);
        if (reply instanceof Reply.Failure failure) {
            throw Refusals.of(server, NODES, failure);
        }
        try {
            return ClusterNodesText.parse(reply instanceof Reply.Text text ? text.text() : "").stream().filter(NodeRow::myself).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("CLUSTER NODES has no line of the server itself"));
        } catch (IllegalArgumentException e) {
            throw new ServerException(Kind.Refused, server + " gave an answer that cannot be read: " + e.getMessage(), e);
        }
    }

    private void order(Endpoint server, Command command) throws ServerException {
        requireOk(server, command, exchange.with(server, List.of(command)).get(0));
    }

    private static void requireOk(Endpoint server, Command command, Reply reply) throws ServerException {
        if (reply instanceof Reply.Failure failure) {
            throw Refusals.of(server, command, failure);
        }
        if (!reply.equals(new Reply.Text("OK"))) {
            throw new ServerException(Kind.Refused, server + " answered " + command + " with " + reply);
        }
    }
}
