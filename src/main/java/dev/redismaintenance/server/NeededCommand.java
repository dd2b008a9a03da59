package dev.redismaintenance.server;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which commands does maintenance need, and what for? No keys and no channels are needed, and AUTH needs no right. A user with
 * exactly these rights is made by {@code ACL SETUSER <name> on ><password> resetkeys resetchannels -@all}, followed by
 * {@link #aclRules()}.
 */
public enum NeededCommand {
    CLUSTER_NODES("cluster|nodes", "Reads the nodes, their roles and slots.", "CLUSTER", "NODES"),
    CLUSTER_INFO("cluster|info", "Reads whether the cluster is in order, and its epoch.", "CLUSTER", "INFO"),
    INFO("info", "Reads version, memory, replication and number of keys.", "INFO", "server"),
    CONFIG_GET("config|get", "Reads the settings that maintenance records and changes.", "CONFIG", "GET", "save"),
    CONFIG_SET("config|set", "Keeps the closed server from promotion and in its shard, and puts the settings back.",
            "CONFIG", "SET", "cluster-replica-no-failover", "no"),
    CLUSTER_FAILOVER("cluster|failover", "Hands the primary role over to a replica, and back.", "CLUSTER", "FAILOVER"),
    CLUSTER_REPLICATE("cluster|replicate", "Gives replica duty to a spare, and takes it from the node.",
            "CLUSTER", "REPLICATE", "0000000000000000000000000000000000000000"),
    CLUSTER_RESET("cluster|reset", "Takes replica duty from a replica where the server has no CLUSTER REPLICATE NO ONE; never sent to a primary.",
            "CLUSTER", "RESET", "SOFT"),
    CLUSTER_MEET("cluster|meet", "Brings back a node that was reset, and tells a node its new address.", "CLUSTER", "MEET", "127.0.0.1", "6379"),
    ACL_WHOAMI("acl|whoami", "Asks which user the connection has, to look at that user's rights.", "ACL", "WHOAMI"),
    ACL_DRYRUN("acl|dryrun", "Asks whether the user may run each of these commands, before anything is touched.", "ACL", "DRYRUN", "default", "INFO");

    private final String right;
    private final String sentence;
    private final Command example;

    NeededCommand(String right, String sentence, String... example) {
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

    /** All rights that maintenance needs, as words of {@code ACL SETUSER}: {@code +cluster|nodes +cluster|info ...}. */
    public static String aclRules() {
        return Arrays.stream(values()).map(c -> "+" + c.right).collect(Collectors.joining(" "));
    }

    /** Asks whether the user may run it; runs nothing. Servers check the number of arguments too, so it is a whole command. */
    Command dryRun(String user) {
        return new Command(Stream.concat(Stream.of("ACL", "DRYRUN", user), example.words().stream()).toList());
    }

    static List<Command> dryRuns(String user) {
        return Arrays.stream(values()).map(c -> c.dryRun(user)).toList();
    }
}
