package dev.redismaintenance.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

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

    /** @param answers to each command, as it goes over the wire */
    static FakeServer answering(Function<List<String>, String> answers) {
        return new FakeServer(connection -> {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            while (true) {
                connection.getOutputStream().write(answers.apply(command(in)).getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    /** The words of the next command. */
    static List<String> command(InputStream in) throws IOException {
        List<String> words = new ArrayList<>();
        for (int left = Integer.parseInt(line(in).substring(1)); left > 0; left--) {
            words.add(new String(in.readNBytes(Integer.parseInt(line(in).substring(1))), StandardCharsets.UTF_8));
            line(in);
        }
        return words;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the other side left");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
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
