package dev.redismaintenance.api;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Which CustomResourceDefinition do the Java types describe? */
final class Crd {
    static final Path FILE = Path.of("crds", "nodemaintenances.redis-maintenance.dev-v1.yml");

    private Crd() {
    }

    static String generate(Path emptyDirectory) {
        new CRDGenerator()
                .customResourceClasses(NodeMaintenance.class)
                .forCRDVersions("v1")
                .withPostProcessor(new CrdFinish())
                .inOutputDir(emptyDirectory.toFile())
                .detailedGenerate();
        try (Stream<Path> files = Files.list(emptyDirectory)) {
            return Files.readString(files.filter(file -> file.endsWith(FILE.getFileName())).findFirst().orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JSONSchemaProps schema(String crd) {
        return Serialization.unmarshal(crd, CustomResourceDefinition.class)
                .getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema();
    }
}
