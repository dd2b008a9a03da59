package dev.redismaintenance.server;

import dev.redismaintenance.cluster.MoveWay;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which commands does maintenance need, and what for? AUTH needs no right. A user with exactly these rights is made by
 * {@code ACL SETUSER <name> on ><password> resetkeys resetchannels -@all}, followed by {@link #aclRules()}; no keys and no channels are
 * needed. Where slots are to move it has {@link #slotAclRules} besides, which let it at all keys.
 */
public enum NeededCommand {
    CLUSTER_NODES("cluster|nodes", "Reads the nodes, their roles and slots.", "CLUSTER", "NODES"),
    CLUSTER_INFO("cluster|info", "Reads whether the cluster is in order, and its epoch.", "CLUSTER", "INFO"),
    INFO("info", "Reads version, memory, replication and number of keys.", "INFO", "server"),
    CONFIG_GET("config|get", "Reads the settings that maintenance records and changes, and whether there are several databases.", "CONFIG", "GET", "save"),
    CONFIG_SET("config|set", "Keeps the closed server from promotion and in its shard, keeps a source of slots from holding them up, and puts the settings back.",
            "CONFIG", "SET", "cluster-replica-no-failover", "no"),
    CLUSTER_FAILOVER("cluster|failover", "Hands the primary role over to a replica, and back.", "CLUSTER", "FAILOVER"),
    CLUSTER_REPLICATE("cluster|replicate", "Gives replica duty to a spare, and takes it from the node.",
            "CLUSTER", "REPLICATE", "0000000000000000000000000000000000000000"),
    CLUSTER_RESET("cluster|reset", "Takes replica duty from a replica where the server has no CLUSTER REPLICATE NO ONE; never sent to a primary.",
            "CLUSTER", "RESET", "SOFT"),
    CLUSTER_MEET("cluster|meet", "Brings back a node that was reset, and tells a node its new address.", "CLUSTER", "MEET", "127.0.0.1", "6379"),
    CLUSTER_FORGET("cluster|forget", "Has a dead id forgotten whose node came back without its disk; never sent of a node that lives.",
            "CLUSTER", "FORGET", "0000000000000000000000000000000000000000"),
    ACL_WHOAMI("acl|whoami", "Asks which user the connection has, to look at that user's rights.", "ACL", "WHOAMI"),
    ACL_DRYRUN("acl|dryrun", "Asks whether the user may run each of these commands, before anything is touched.", "ACL", "DRYRUN", "default", "INFO"),

    CLUSTER_GETSLOTMIGRATIONS(Need.MOVE_FROM_SOURCE, "cluster|getslotmigrations", "Follows the server's atomic migrations.", "CLUSTER", "GETSLOTMIGRATIONS"),
    CLUSTER_MIGRATESLOTS(Need.MOVE_FROM_SOURCE, "cluster|migrateslots", "Moves slots atomically.",
            "CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", "0", "0", "NODE", "0000000000000000000000000000000000000000"),
    CLUSTER_CANCELSLOTMIGRATIONS(Need.MOVE_FROM_SOURCE, "cluster|cancelslotmigrations", "Stops atomic migrations midway; the slots stay.",
            "CLUSTER", "CANCELSLOTMIGRATIONS"),
    CLUSTER_MIGRATION(Need.MOVE_FROM_TARGET, "cluster|migration", "Moves slots atomically, follows and stops it.", "CLUSTER", "MIGRATION", "STATUS", "ALL"),
    CLUSTER_COUNTKEYSINSLOT(Need.MOVE, "cluster|countkeysinslot", "Counts what moves, and whether it arrived.", "CLUSTER", "COUNTKEYSINSLOT", "0"),
    FUNCTION_LIST(Need.MOVE, "function|list", "Looks whether the target has the functions of the source.", "FUNCTION", "LIST"),
    CLUSTER_SETSLOT(Need.MOVE, "cluster|setslot", "Opens and closes slots that move key by key.", "CLUSTER", "SETSLOT", "0", "STABLE"),
    CLUSTER_GETKEYSINSLOT(Need.MOVE, "cluster|getkeysinslot", "Lists the keys of a slot.", "CLUSTER", "GETKEYSINSLOT", "0", "1"),
    MIGRATE(Need.MOVE, "migrate", "Moves keys.", "MIGRATE", "127.0.0.1", "6379", "key", "0", "1000"),
    RESTORE_ASKING(Need.MOVE, "restore-asking", "Takes keys in: the source runs it on the target.", "RESTORE-ASKING", "key", "0", "value"),
    RESTORE(Need.MOVE, "restore", "Takes keys in: the source runs it on the target.", "RESTORE", "key", "0", "value"),
    SELECT(Need.MOVE, "select", "The source runs it on the target; and where a server has several databases, each is looked at.", "SELECT", "0"),
    ASKING(Need.MOVE, "asking", "Reaches keys of a slot that is being taken in.", "ASKING"),
    UNLINK(Need.MOVE, "unlink", "Removes a key's second copy, which a move that was broken off has left.", "UNLINK", "key"),
    SCAN(Need.MOVE, "scan", "Finds the keys of slots that hold very many.", "SCAN", "0"),
    MEMORY_USAGE(Need.MOVE, "memory|usage", "Finds keys too big to be moved without a pause.", "MEMORY", "USAGE", "key"),
    TYPE(Need.MOVE, "type", "Says what such a key is.", "TYPE", "key");

    /** What a command is needed for. */
    private enum Need {
        EVERYTHING,
        /** Slots that move, on every server. */
        MOVE,
        /** Slots that move, and only servers of this way have it. */
        MOVE_FROM_SOURCE,
        MOVE_FROM_TARGET
    }

    private final Need need;
    private final String right;
    private final String sentence;
    private final Command example;

    NeededCommand(String right, String sentence, String... example) {
        this(Need.EVERYTHING, right, sentence, example);
    }

    NeededCommand(Need need, String right, String sentence, String... example) {
        this.need = need;
        this.right = right;
        this.sentence = sentence;
        this.example = Command.of(example);
    }

    /** As ACL rules name it: {@code command} or {@code command|subcommand}. */
    public String right() {
        return right;
    }

    /** What it is needed for. */
    public String sentence() {
        return sentence;
    }

    /** Needed for every maintenance; else only where slots move. */
    public boolean always() {
        return need == Need.EVERYTHING;
    }

    /** Servers without it do without it. */
    boolean mayBeAbsent() {
        return need == Need.MOVE_FROM_SOURCE || need == Need.MOVE_FROM_TARGET;
    }

    /** All rights that every maintenance needs, as words of {@code ACL SETUSER}: {@code +cluster|nodes +cluster|info ...}. */
    public static String aclRules() {
        return grants(Arrays.stream(values()).filter(NeededCommand::always));
    }

    /**
     * The rights that are needed besides where slots move, on servers of this way: no server lets a command be granted that it does not
     * have (measured). Atomic servers need those for moving key by key as well: for slots that somebody left half-way, and where the
     * other end is not atomic.
     */
    public static String slotAclRules(MoveWay way) {
        return Denied.ALL_KEYS + " " + grants(Arrays.stream(values()).filter(c -> c.need == Need.MOVE
                || c.need == Need.MOVE_FROM_SOURCE && way == MoveWay.ATOMIC_FROM_SOURCE
                || c.need == Need.MOVE_FROM_TARGET && way == MoveWay.ATOMIC_FROM_TARGET));
    }

    private static String grants(Stream<NeededCommand> commands) {
        return commands.map(c -> "+" + c.right).collect(Collectors.joining(" "));
    }

    /** Asks whether the user may run it; runs nothing. Servers check the number of arguments too, so it is a whole command. */
    Command dryRun(String user) {
        return new Command(Stream.concat(Stream.of("ACL", "DRYRUN", user), example.words().stream()).toList());
    }

    static List<Command> dryRuns(String user) {
        return Arrays.stream(values()).map(c -> c.dryRun(user)).toList();
    }
}
