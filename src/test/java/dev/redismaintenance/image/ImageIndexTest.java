package dev.redismaintenance.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageIndexTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void one_name_leads_to_the_image_of_each_architecture() throws Exception {
        Path amd = image("amd64");
        Path arm = image("arm64");
        Path both = directory.resolve("both.tar");
        ImageIndex.write(both, "operator:1", List.of(amd, arm));
        JsonNode named = JSON.readTree(ImageIndex.read(both, "index.json")).get("manifests").get(0);
        assertEquals("operator:1", named.get("annotations").get("org.opencontainers.image.ref.name").asText());
        byte[] content = blob(both, named);
        assertEquals("sha256:" + ImageIndex.sha256(content), named.get("digest").asText());
        List<JsonNode> manifests = JSON.readValue(content, JsonNode.class).get("manifests").findParents("platform");
        assertEquals(List.of("amd64", "arm64"), manifests.stream().map(m -> m.get("platform").get("architecture").asText()).toList());
        for (JsonNode manifest : manifests) {
            JsonNode read = JSON.readTree(blob(both, manifest));
            assertEquals(manifest.get("platform").get("architecture"), JSON.readTree(blob(both, read.get("config"))).get("architecture"));
            assertTrue(read.get("layers").size() > 0);
            for (JsonNode layer : read.get("layers")) {
                assertEquals(layer.get("digest").asText(), "sha256:" + ImageIndex.sha256(blob(both, layer)));
            }
        }
    }

    @Test
    void two_of_one_architecture_are_refused_with_their_names() throws Exception {
        Path one = image("amd64");
        Path other = Files.copy(one, directory.resolve("other.tar"));
        String why = assertThrows(IllegalArgumentException.class, () -> ImageIndex.write(directory.resolve("x.tar"), "x", List.of(one, other))).getMessage();
        assertTrue(why.contains("other.tar") && why.contains("amd64"), why);
    }

    private static byte[] blob(Path image, JsonNode descriptor) throws Exception {
        return ImageIndex.read(image, "blobs/sha256/" + descriptor.get("digest").asText().substring("sha256:".length()));
    }

    private Path image(String architecture) throws Exception {
        Path file = Files.writeString(directory.resolve(architecture), "for " + architecture);
        Path common = Files.writeString(directory.resolve("common"), "for all");
        Path tar = directory.resolve(architecture + ".tar");
        Jib.fromScratch().setPlatforms(Set.of(new Platform(architecture, "linux"))).setFormat(ImageFormat.OCI)
                .addFileEntriesLayer(FileEntriesLayer.builder().addEntry(common, AbsoluteUnixPath.get("/common")).build())
                .addFileEntriesLayer(FileEntriesLayer.builder().addEntry(file, AbsoluteUnixPath.get("/own")).build())
                .containerize(Containerizer.to(TarImage.at(tar).named("operator:1")).setOfflineMode(true)
                        .setBaseImageLayersCache(directory.resolve("cache")).setApplicationLayersCache(directory.resolve("cache")));
        return tar;
    }
}
