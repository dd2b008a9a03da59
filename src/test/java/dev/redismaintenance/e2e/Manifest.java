package dev.redismaintenance.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A manifest of {@code src/test/resources/e2e} with values in the places that are kept for them. */
final class Manifest {
    private static final Pattern PLACE = Pattern.compile("\\$\\{([A-Z_]+)}");

    private Manifest() {
    }

    static String of(String name, Map<String, String> values) {
        return PLACE.matcher(read(name)).replaceAll(place -> {
            if (!values.containsKey(place.group(1))) {
                throw new IllegalStateException(name + " has a place for " + place.group(1) + ", and there is nothing for it");
            }
            return Matcher.quoteReplacement(values.get(place.group(1)));
        });
    }

    private static String read(String name) {
        try (InputStream in = Manifest.class.getResourceAsStream("/e2e/" + name + ".yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
