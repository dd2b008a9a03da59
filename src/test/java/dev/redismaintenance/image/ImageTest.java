package dev.redismaintenance.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image from what lies in the stage; what it does when it runs is for {@link ImageCheck} to see. */
class ImageTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void a_base_that_is_given_as_a_tar_keeps_its_files_and_its_processor_and_its_own_java_runs_the_operator() throws Exception {
        JsonNode config = config(make(base("arm64").toString(), false));
        assertEquals("arm64", config.get("architecture").asText());
        assertEquals("[\"java\",\"-jar\",\"quarkus-run.jar\"]", config.get("config").get("Entrypoint").toString());
        assertEquals(Options.DEFAULT, environment(config).get("JDK_JAVA_OPTIONS"), "nothing that only this machine's processor takes");
        assertEquals("bin", environment(config).get("PATH"), "the base's own");
        assertEquals(Map.of("base/java", "the base's", "app/quarkus-run.jar", "run", "app/sbom.json", "what is in it", "app/lib/one.jar", "library", "app/quarkus/one.jar", "quarkus"),
                files(directory.resolve("image.tar")));
    }

    @Test
    void with_a_java_of_its_own_and_the_cache_of_its_classes() throws Exception {
        for (String part : List.of("opt/java/bin/java", "tmp/.keep")) {
            write("rootfs/" + part, part);
        }
        JsonNode config = config(make("", true));
        assertEquals("[\"/opt/java/bin/java\",\"-XX:AOTCache=app.aot\",\"-jar\",\"quarkus-run.jar\"]", config.get("config").get("Entrypoint").toString());
        assertEquals(Options.here(), environment(config).get("JDK_JAVA_OPTIONS"));
        assertEquals("opt/java/bin/java", files(directory.resolve("image.tar")).get("opt/java/bin/java"));
    }

    @Test
    void it_runs_as_nobody_in_particular_and_says_what_it_is() throws Exception {
        JsonNode config = config(make(base("amd64").toString(), false)).get("config");
        assertEquals("65532:65532", config.get("User").asText());
        assertEquals("/app", config.get("WorkingDir").asText());
        assertEquals("1.2.3", config.get("Labels").get("org.opencontainers.image.version").asText());
        assertTrue(config.get("ExposedPorts").has("8080/tcp"), config::toString);
    }

    private Path make(String base, boolean cache) throws Exception {
        write("app/quarkus-run.jar", "run");
        write("app/sbom.json", "what is in it");
        write("app/lib/one.jar", "library");
        write("app/quarkus/one.jar", "quarkus");
        if (cache) {
            write("app/" + Options.CACHE, "classes");
        }
        Path tar = directory.resolve("image.tar");
        Image.main(new String[] {directory.toString(), tar.toString(), "operator:1", "1.2.3", base, "OCI"});
        return tar;
    }

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private Path base(String architecture) throws Exception {
        Path java = Files.writeString(directory.resolve("java"), "the base's");
        Path tar = directory.resolve("base.tar");
        Jib.fromScratch().setPlatforms(Set.of(new Platform(architecture, "linux"))).setFormat(ImageFormat.Docker).addEnvironmentVariable("PATH", "bin")
                .addFileEntriesLayer(FileEntriesLayer.builder().addEntry(java, AbsoluteUnixPath.get("/base/java")).build())
                .containerize(Containerizer.to(TarImage.at(tar).named("base:1")).setOfflineMode(true)
                        .setBaseImageLayersCache(directory.resolve("cache")).setApplicationLayersCache(directory.resolve("cache")));
        return tar;
    }

    private static JsonNode config(Path image) throws IOException {
        return JSON.readTree(blob(image, manifest(image).get("config")));
    }

    private static JsonNode manifest(Path image) throws IOException {
        return JSON.readTree(blob(image, JSON.readTree(ImageIndex.read(image, "index.json")).get("manifests").get(0)));
    }

    private static byte[] blob(Path image, JsonNode descriptor) throws IOException {
        return ImageIndex.read(image, "blobs/sha256/" + descriptor.get("digest").asText().substring("sha256:".length()));
    }

    private static Map<String, String> environment(JsonNode config) {
        Map<String, String> environment = new TreeMap<>();
        config.get("config").get("Env").forEach(e -> environment.put(e.asText().split("=", 2)[0], e.asText().split("=", 2)[1]));
        return environment;
    }

    /** Of all layers, with what is in them. */
    private static Map<String, String> files(Path image) throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (JsonNode layer : manifest(image).get("layers")) {
            try (InputStream zipped = new GZIPInputStream(new ByteArrayInputStream(blob(image, layer))); TarArchiveInputStream in = new TarArchiveInputStream(zipped)) {
                for (TarArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                    if (e.isFile()) {
                        files.put(e.getName().replaceFirst("^/", ""), new String(in.readAllBytes(), StandardCharsets.UTF_8));
                    }
                }
            }
        }
        return files;
    }
}
