package dev.redismaintenance.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What did this server answer when it was asked? Captured from the real ones. */
final class Fixtures {
    private Fixtures() {
    }

    static String of(Flavour flavour, String name) {
        String path = "/server/" + flavour.directory() + "/" + name + ".txt";
        try (InputStream in = Fixtures.class.getResourceAsStream(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
