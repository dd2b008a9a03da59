package dev.redismaintenance.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Puts the OCI images of several architectures, each made on such a machine, into one tar under one name; whoever pulls it gets its own.
 *
 * <ol>
 * <li>Each image tells its architecture in its configuration; two of the same are refused.
 * <li>All blobs are taken over as they are, what several share once. New are an index with one line for each architecture, and the
 * {@code index.json} that names it.
 * </ol>
 */
public final class ImageIndex {
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String BLOBS = "blobs/sha256/";
    private static final ObjectMapper JSON = new ObjectMapper();

    private ImageIndex() {
    }

    /** @param args the tar to write; the name; the images, as {@link Image} writes them */
    public static void main(String[] args) throws IOException {
        Path to = Path.of(args[0]);
        write(to, args[1], Arrays.stream(args).skip(2).map(Path::of).toList());
        System.out.printf("%s: %s, %d MB, %d architectures%n", to, args[1], Files.size(to) / 1_000_000, args.length - 2);
    }

    static void write(Path to, String name, List<Path> images) throws IOException {
        if (images.isEmpty()) {
            throw new IllegalArgumentException("no image to put into the index: name the tars that make image has written, one for each architecture");
        }
        ObjectNode index = JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", INDEX);
        ArrayNode manifests = index.putArray("manifests");
        Map<String, Path> architectures = new HashMap<>();
        for (Path image : images) {
            ObjectNode manifest = manifest(image);
            String architecture = manifest.get("platform").get("architecture").asText();
            Path other = architectures.put(architecture, image);
            if (other != null) {
                throw new IllegalArgumentException(other + " and " + image + " are both for " + architecture + "; an index has each architecture once");
            }
            manifests.add(manifest);
        }
        byte[] content = JSON.writeValueAsBytes(index);
        ObjectNode first = JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", INDEX);
        ObjectNode entry = first.putArray("manifests").addObject().put("mediaType", INDEX).put("digest", "sha256:" + sha256(content)).put("size", content.length);
        entry.putObject("annotations").put("org.opencontainers.image.ref.name", name);
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new BufferedOutputStream(Files.newOutputStream(to)))) {
            put(tar, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
            put(tar, "index.json", JSON.writeValueAsBytes(first));
            put(tar, BLOBS + sha256(content), content);
            copyBlobs(images, tar);
        }
    }

    private static void copyBlobs(List<Path> images, TarArchiveOutputStream tar) throws IOException {
        Set<String> written = new HashSet<>();
        for (Path image : images) {
            try (TarArchiveInputStream in = open(image)) {
                for (TarArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                    if (e.isFile() && e.getName().startsWith(BLOBS) && written.add(e.getName())) {
                        TarArchiveEntry copy = new TarArchiveEntry(e.getName());
                        copy.setSize(e.getSize());
                        copy.setModTime(1000);
                        tar.putArchiveEntry(copy);
                        in.transferTo(tar);
                        tar.closeArchiveEntry();
                    }
                }
            }
        }
    }

    /** The only one of the image, with its platform, which the image itself tells in its configuration only. */
    private static ObjectNode manifest(Path image) throws IOException {
        ObjectNode manifest = JSON.createObjectNode();
        JsonNode told = JSON.readTree(read(image, "index.json")).get("manifests").get(0);
        JsonNode config = JSON.readTree(read(image, blob(JSON.readTree(read(image, blob(told))).get("config"))));
        manifest.set("mediaType", told.get("mediaType"));
        manifest.set("digest", told.get("digest"));
        manifest.set("size", told.get("size"));
        manifest.putObject("platform").put("architecture", config.get("architecture").asText()).put("os", config.get("os").asText());
        return manifest;
    }

    private static String blob(JsonNode descriptor) {
        return BLOBS + descriptor.get("digest").asText().substring("sha256:".length());
    }

    static byte[] read(Path image, String name) throws IOException {
        try (TarArchiveInputStream in = open(image)) {
            for (TarArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                if (e.getName().equals(name)) {
                    return in.readAllBytes();
                }
            }
        }
        throw new IOException(image + " has no " + name + "; is it an OCI image, as make image writes it with IMAGE_FORMAT=OCI?");
    }

    private static TarArchiveInputStream open(Path image) throws IOException {
        InputStream file = Files.newInputStream(image);
        return new TarArchiveInputStream(new BufferedInputStream(file));
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setModTime(1000);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
