package dev.redismaintenance.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A server that does to each connection what a real one does not do on demand. */
final class FakeServer implements AutoCloseable {

    /** What it does to a connection; the connection stays until the server is closed, unless this closes it. */
    interface Manner {
        void receive(Socket connection) throws Exception;
    }

    private final ServerSocket listening;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    FakeServer(Manner manner) {
        try {
            listening = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread accepting = new Thread(() -> accept(manner), "fake-server");
        accepting.setDaemon(true);
        accepting.start();
    }

    Endpoint endpoint(ConnectionSettings settings) {
        return new Endpoint("127.0.0.1", listening.getLocalPort(), settings);
    }

    private void accept(Manner manner) {
        while (!listening.isClosed()) {
            try {
                Socket connection = listening.accept();
                connections.add(connection);
                Thread each = new Thread(() -> {
                    try {
                        manner.receive(connection);
                    } catch (Exception theOtherSideLeft) {
                        // that is how these connections end
                    }
                });
                each.setDaemon(true);
                each.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
