package dev.redismaintenance.e2e;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is to be tried? From the environment; {@code docs/e2e.md} tells of each.
 *
 * @param operator     {@code E2E_OPERATOR_IMAGE}
 * @param java         {@code E2E_JAVA}, where that image has its Java
 * @param images       {@code E2E_SERVER_IMAGES}
 * @param shapes       {@code E2E_SHAPES}
 * @param routes       {@code E2E_ROUTES}
 * @param ways         {@code E2E_WAYS}
 * @param storageClass {@code E2E_STORAGE_CLASS}; empty for the cluster's default
 * @param operations   {@code E2E_OPS}, of the client in a second, half of them writes
 * @param megabytes    {@code E2E_MB}, of data
 * @param pause        {@code E2E_PAUSE}, seconds from when the pods are back until the NodeMaintenance is deleted
 * @param keep         {@code E2E_KEEP}, whether everything stays as it is at the end
 * @param write        {@code E2E_WRITE}, whether the results go into the documentation
 */
record Options(String operator, String java, List<String> images, List<Shape> shapes, List<Route> routes, List<Way> ways, Optional<String> storageClass,
        int operations, int megabytes, int pause, boolean keep, boolean write) {
    static final Path TABLE = Path.of("target", "e2e.md");

    static Options fromEnvironment() {
        return new Options(text("E2E_OPERATOR_IMAGE", "localhost/redis-maintenance-operator:e2e"), text("E2E_JAVA", "/opt/java/bin/java"),
                words("E2E_SERVER_IMAGES", "valkey/valkey:8.1 valkey/valkey:9.1"), constants(Shape.class, "E2E_SHAPES", Shape.values()),
                constants(Route.class, "E2E_ROUTES", Route.values()), constants(Way.class, "E2E_WAYS", Way.values()),
                Optional.of(text("E2E_STORAGE_CLASS", "")).filter(name -> !name.isEmpty()), Integer.parseInt(text("E2E_OPS", "500")),
                Integer.parseInt(text("E2E_MB", "50")), Integer.parseInt(text("E2E_PAUSE", "0")), Boolean.parseBoolean(text("E2E_KEEP", "false")), Boolean.parseBoolean(text("E2E_WRITE", "false")));
    }

    private static <E extends Enum<E>> List<E> constants(Class<E> type, String name, E[] otherwise) {
        List<String> words = words(name, "");
        return words.isEmpty() ? Arrays.asList(otherwise)
                : words.stream().map(word -> Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'))).toList();
    }

    private static List<String> words(String name, String otherwise) {
        return Arrays.stream(text(name, otherwise).split("[\\s,]+")).filter(word -> !word.isEmpty()).toList();
    }

    private static String text(String name, String otherwise) {
        return Optional.ofNullable(System.getenv(name)).map(String::trim).filter(value -> !value.isEmpty()).orElse(otherwise);
    }
}
