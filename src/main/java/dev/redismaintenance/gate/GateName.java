package dev.redismaintenance.gate;

/** The public names of the gates, as they appear in {@code status.gates}; each with the question it answers. */
public enum GateName {
    ClusterHealthy("Is the cluster in order: state ok, all 16384 slots owned once, no slot half-way in a migration, all nodes of one mind?"),
    QuorumSafe("Does a majority of the voting primaries stay reachable when the machines of all nodes that are in, entering or asked for maintenance go down, now and after the step?"),
    RedundancyKept("Does every shard that is touched keep an in-sync copy on another machine, and as many good replicas as its min-replicas-to-write demands?"),
    CapacityAvailable("Do the nodes that are to take slots have the memory for them: below maxmemory, with a margin where keys would be evicted, and below the container's limit?"),
    CommandsPermitted("May the account run every command that the maintenance will need, on every node?"),
    NoOtherOperation("Is no other maintenance at work in this cluster, nobody else moving slots or failing over, and no owner updating its pods? One goes after the other; whoever asked first goes first.");

    private final String question;

    GateName(String question) {
        this.question = question;
    }

    public String question() {
        return question;
    }
}
