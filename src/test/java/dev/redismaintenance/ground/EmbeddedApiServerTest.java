package dev.redismaintenance.ground;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The embedded API server does as the real one does, see {@link ControlPlaneIT}. */
class EmbeddedApiServerTest extends ApiServerContract {

    private static EmbeddedApiServer server;

    @BeforeAll
    static void start() {
        server = EmbeddedApiServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    ApiServer server() {
        return server;
    }
}
