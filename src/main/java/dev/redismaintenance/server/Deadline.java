package dev.redismaintenance.server;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Is the time for this socket over? Socket time-outs bound each read, not their number; this closes the socket at a moment,
 * so that a peer that sends a byte now and then cannot hold a caller.
 */
final class Deadline implements AutoCloseable {
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    Deadline(Duration time, Socket socket) {
        // closed from another thread: a read in progress ends at once
        done.orTimeout(time.toMillis(), TimeUnit.MILLISECONDS).whenComplete((ok, late) -> {
            if (late != null) {
                close(socket);
            }
        });
    }

    boolean passed() {
        return done.isCompletedExceptionally();
    }

    @Override
    public void close() {
        done.complete(null);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // it is given up either way
        }
    }
}
