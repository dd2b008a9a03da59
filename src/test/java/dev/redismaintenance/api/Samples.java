package dev.redismaintenance.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Which manifests do we show to users as good ones? */
final class Samples {
    private Samples() {
    }

    static List<Path> files() {
        Stream<Path> recipes = Stream.of(Path.of("k8s/gitops/argocd/recipe/1-maintenance.yaml"), Path.of("k8s/gitops/flux/maintenance/maintenance.yaml"));
        try (Stream<Path> files = Files.list(Path.of("k8s", "samples"))) {
            return Stream.concat(files.filter(file -> file.toString().endsWith(".yaml")).sorted(), recipes).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The samples name a namespace that exists for the reader only. */
    static String textFor(String namespace, Path file) {
        return text(file).replaceFirst("(?m)^  namespace: .*$", "  namespace: " + namespace);
    }
}
