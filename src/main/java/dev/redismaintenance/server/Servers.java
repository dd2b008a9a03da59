package dev.redismaintenance.server;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.cluster.NodeRow;
import java.util.List;

/**
 * The servers of a cluster. Each call is a short exchange with one server, bounded in time; each may be repeated.
 */
public interface Servers {

    /**
     * What the server says of itself and the cluster; its settings are those of {@link dev.redismaintenance.cluster.Setting#READ}.
     * While it reads its data (after a start, or at the end of an initial copy) Valkey answers and says so in the report; Redis
     * answers nothing, which is {@link ServerException.Kind#Loading} here.
     */
    NodeReport report(Endpoint server) throws ServerException;

    /** What this account may not do of what maintenance needs; nothing is run. */
    Denied denied(Endpoint server) throws ServerException;

    /** {@code CLUSTER FAILOVER} on a replica. The reply proves only that the server has begun. */
    void failover(Endpoint replica) throws ServerException;

    /** {@code CLUSTER REPLICATE}. */
    void replicate(Endpoint node, NodeId primary) throws ServerException;

    /**
     * Makes a replica an empty primary that stays a member or can be met again: {@code CLUSTER REPLICATE NO ONE} where the
     * server has it, else {@code CLUSTER RESET SOFT}, which keeps its id. An empty primary is left as it is; one that owns slots
     * is refused.
     */
    void letGo(Endpoint replica) throws ServerException;

    /** {@code CLUSTER MEET} of a node at an address that the others can reach. */
    void meet(Endpoint via, String host, int port, int busPort) throws ServerException;

    /** {@code CLUSTER FORGET}; of a dead node only. One that the server does not know is forgotten already. */
    void forget(Endpoint server, NodeId dead) throws ServerException;

    /** Keys that the server holds in a slot, whoever owns it. */
    long keysInSlot(Endpoint server, int slot) throws ServerException;

    /**
     * The server counts a slot that nobody claims among its own, and says so with an epoch that the others believe: as at the end of a
     * move from {@code other}, the primary that some of them may still take for its owner.
     */
    void own(Endpoint server, NodeId self, NodeId other, int slot) throws ServerException;

    /** {@code CONFIG SET}. */
    void set(Endpoint node, String name, String value) throws ServerException;

    /**
     * Cancels every atomic migration of slots that this server has begun and not ended: Valkey's are begun by their source, Redis's
     * by their target. Their slots stay where they are. Nothing to cancel is no error. Migrations that have ended are not undone.
     * While one has been copied and may be handing over, none is cancelled and nothing is said: it ends by itself, as the next look tells. A
     * source whose job is cancelled then takes writes again while the target takes over, and those are lost (server's code; seen on 9.1.2).
     */
    void cancelJobs(Endpoint server) throws ServerException;
}
