package dev.redismaintenance.e2e;

import java.util.List;

/**
 * What is tried once?
 *
 * @param image of the servers
 */
record Trial(String image, Shape shape, Route route, Way way) {

    /** Each image in each shape, first with us and then without. */
    static List<Trial> all(Options options) {
        return options.images().stream().flatMap(image -> options.shapes().stream().flatMap(shape -> options.routes().stream()
                .flatMap(route -> options.ways().stream().map(way -> new Trial(image, shape, route, way))))).toList();
    }

    /** What the image's programs begin with. */
    String program() {
        return image.substring(image.lastIndexOf('/') + 1).startsWith("redis") ? "redis" : "valkey";
    }

    @Override
    public String toString() {
        return "%s, %s, %s, %s".formatted(image, shape.text(), route.text(), way.text());
    }
}
