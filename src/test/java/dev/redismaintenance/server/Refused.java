package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.server.ServerException.Kind;
import org.junit.jupiter.api.function.Executable;

/** Does a call fail in this way, with words that hold these? */
final class Refused {
    private Refused() {
    }

    static ServerException as(Kind kind, Executable call, String... words) {
        ServerException e = assertThrows(ServerException.class, call);
        assertEquals(kind, e.kind(), e::getMessage);
        for (String word : words) {
            assertTrue(e.getMessage().contains(word), () -> "\"" + word + "\" is not in: " + e.getMessage());
        }
        return e;
    }
}
