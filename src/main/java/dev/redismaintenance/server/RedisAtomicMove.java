package dev.redismaintenance.server;

import dev.redismaintenance.server.SlotWork.Listener;
import dev.redismaintenance.server.SlotWork.Order;

final class RedisAtomicMove {
    RedisAtomicMove(Line source, Line target, Order order, Listener listener) {
    }

    void run() throws ServerException {
        throw new UnsupportedOperationException();
    }
}
