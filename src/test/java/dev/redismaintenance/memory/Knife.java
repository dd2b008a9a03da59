package dev.redismaintenance.memory;

import dev.redismaintenance.cluster.NodeId;
import dev.redismaintenance.cluster.NodeReport;
import dev.redismaintenance.server.Denied;
import dev.redismaintenance.server.Endpoint;
import dev.redismaintenance.server.ServerException;
import dev.redismaintenance.server.Servers;

/** Servers that go away under the caller: each call is performed, counted, and the last never returns. */
public final class Knife implements Servers {
    private final Servers servers;
    private final CallCounter counter;

    public Knife(Servers servers, CallCounter counter) {
        this.servers = servers;
        this.counter = counter;
    }

    @Override
    public NodeReport report(Endpoint server) throws ServerException {
        return cut("report " + server, () -> servers.report(server));
    }

    @Override
    public Denied denied(Endpoint server) throws ServerException {
        return cut("denied " + server, () -> servers.denied(server));
    }

    @Override
    public void failover(Endpoint replica) throws ServerException {
        change("failover " + replica, () -> servers.failover(replica));
    }

    @Override
    public void replicate(Endpoint node, NodeId primary) throws ServerException {
        change("replicate " + node + " " + primary, () -> servers.replicate(node, primary));
    }

    @Override
    public void letGo(Endpoint replica) throws ServerException {
        change("letGo " + replica, () -> servers.letGo(replica));
    }

    @Override
    public void meet(Endpoint via, String host, int port, int busPort) throws ServerException {
        change("meet " + via + " " + host + ":" + port, () -> servers.meet(via, host, port, busPort));
    }

    @Override
    public void forget(Endpoint server, NodeId dead) throws ServerException {
        change("forget " + server + " " + dead, () -> servers.forget(server, dead));
    }

    @Override
    public long keysInSlot(Endpoint server, int slot) throws ServerException {
        return cut("keysInSlot " + server, () -> servers.keysInSlot(server, slot));
    }

    @Override
    public void own(Endpoint server, dev.redismaintenance.cluster.NodeId self, dev.redismaintenance.cluster.NodeId other, int slot) throws ServerException {
        change("own " + slot + " " + server, () -> servers.own(server, self, other, slot));
    }

    @Override
    public void cancelJobs(Endpoint server) throws ServerException {
        change("cancelJobs " + server, () -> servers.cancelJobs(server));
    }

    @Override
    public void set(Endpoint node, String name, String value) throws ServerException {
        change("set " + node + " " + name + " " + value, () -> servers.set(node, name, value));
    }

    private void change(String what, Change change) throws ServerException {
        cut(what, () -> {
            change.make();
            return what;
        });
    }

    private <T> T cut(String what, Question<T> question) throws ServerException {
        counter.about();
        try {
            return question.ask();
        } finally {
            counter.made(what);
        }
    }

    private interface Question<T> {
        T ask() throws ServerException;
    }

    private interface Change {
        void make() throws ServerException;
    }
}
