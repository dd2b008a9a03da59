package dev.redismaintenance.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which objects does Helm make of the chart, with some values? */
public final class Chart {
    public static final Path DIRECTORY = Path.of("helm", "redis-maintenance-operator");
    /** Of the release, and so of its objects. */
    public static final String NAME = "redis-maintenance-operator";
    static final String KUBERNETES = "1.34.0";
    private static final JsonMapper YAML = new JsonMapper(new YAMLFactory());

    private Chart() {
    }

    static Helm helm() {
        return new Helm(DIRECTORY);
    }

    /** @param values YAML; what it does not say is as in values.yaml */
    static String render(String release, String namespace, String values) {
        Path file = file(values);
        try {
            return helm().template().withName(release).withNamespace(namespace).withKubeVersion(KUBERNETES).withValuesFile(file).call();
        } finally {
            file.toFile().delete();
        }
    }

    /** As maps, with nothing added and nothing left out. */
    static List<Map<String, Object>> documents(String yaml) {
        try (var read = YAML.readerForMapOf(Object.class).<Map<String, Object>>readValues(yaml)) {
            return read.readAll().stream().filter(d -> d != null && !d.isEmpty()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a release with the chart's name. */
    public static List<HasMetadata> objects(String namespace, String values) {
        return documents(render(NAME, namespace, values)).stream().map(Chart::object).toList();
    }

    static HasMetadata object(Map<String, Object> document) {
        try {
            return (HasMetadata) Serialization.unmarshal(YAML.writeValueAsString(document));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    public static <T extends HasMetadata> List<T> of(Class<T> kind, List<HasMetadata> objects) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static <T extends HasMetadata> Optional<T> only(Class<T> kind, List<HasMetadata> objects) {
        List<T> found = of(kind, objects);
        if (found.size() > 1) {
            throw new IllegalStateException("several of " + kind.getSimpleName());
        }
        return found.stream().findFirst();
    }

    static Path file(String values) {
        try {
            return Files.writeString(Files.createTempFile("values-", ".yaml"), values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Object> read(String file) {
        try {
            return documents(Files.readString(DIRECTORY.resolve(file))).get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
