package dev.redismaintenance.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.redismaintenance.ground.ControlPlane;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Runs what is in the image: its layers unpacked, as its user, in its own root directory without anything of this machine in it but
 * {@code /proc} and {@code /dev} (without which Java waits seconds for its first random numbers), its root read-only to it.
 */
public record Container(Path root, List<String> entrypoint, Map<String, String> environment, String user, String directory) {

    /** That takes root, and an API server. */
    public static boolean possible() {
        return ControlPlane.available() && System.getProperty("user.name").equals("root");
    }

    /** @param more environment beside the image's own */
    public OperatorRun start(PodAccess access, Map<String, String> more) throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        all.putAll(access.inPod(root.resolve(PodAccess.IN_A_POD.substring(1))));
        return OperatorRun.start(confined(), root, all);
    }

    /** Mounts of its own, the image's root read-only, then its user with no right left. */
    private List<String> confined() {
        String[] ids = user.split(":");
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", "r=$1; shift; mount -t proc proc $r/proc && mount --rbind /dev $r/dev && mount -t tmpfs -o mode=1777 tmpfs $r/tmp"
                + " && mount --rbind $r $r && mount -o remount,bind,ro $r && exec unshare --root=$r --wd=" + directory
                + " --setgid=" + ids[1] + " --setuid=" + ids[0] + " -- \"$@\"", "sh", root.toString()));
        command.addAll(entrypoint);
        return command;
    }

    public static Container unpack(Path tar, Path directory) throws IOException {
        Path root = directory.toAbsolutePath();
        Map<String, byte[]> blobs = new HashMap<>();
        try (TarArchiveInputStream image = new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(tar)))) {
            for (TarArchiveEntry entry = image.getNextEntry(); entry != null; entry = image.getNextEntry()) {
                if (entry.isFile()) {
                    blobs.put(entry.getName(), image.readAllBytes());
                }
            }
        }
        JsonNode manifest = blob(blobs, json(blobs.get("index.json")).at("/manifests/0/digest").asText());
        for (JsonNode layer : manifest.get("layers")) {
            unpackLayer(bytes(blobs, layer.get("digest").asText()), root);
        }
        JsonNode config = blob(blobs, manifest.at("/config/digest").asText()).get("config");
        Map<String, String> environment = new HashMap<>();
        config.path("Env").forEach(pair -> environment.put(pair.asText().split("=", 2)[0], pair.asText().split("=", 2)[1]));
        List<String> entrypoint = new ArrayList<>();
        config.get("Entrypoint").forEach(word -> entrypoint.add(word.asText()));
        for (String mounted : List.of("proc", "dev")) {
            Files.createDirectories(root.resolve(mounted));
        }
        if (!Files.isDirectory(root.resolve("tmp"))) {
            throw new IOException("the image has no /tmp, the one place that is written to");
        }
        return new Container(root, entrypoint, environment, config.get("User").asText(), config.get("WorkingDir").asText());
    }

    private static void unpackLayer(byte[] packed, Path root) throws IOException {
        try (TarArchiveInputStream layer = new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(packed)))) {
            for (TarArchiveEntry entry = layer.getNextEntry(); entry != null; entry = layer.getNextEntry()) {
                Path file = root.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.write(file, layer.readAllBytes());
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode(entry.getMode())));
                    // the cache of classes is refused when a jar is not as old as it was
                    Files.setLastModifiedTime(file, FileTime.from(entry.getLastModifiedDate().toInstant()));
                }
            }
        }
    }

    private static String mode(int bits) {
        StringBuilder text = new StringBuilder();
        for (int i = 8; i >= 0; i--) {
            text.append((bits >> i & 1) == 1 ? "rwx".charAt((8 - i) % 3) : '-');
        }
        return text.toString();
    }

    private static JsonNode blob(Map<String, byte[]> blobs, String digest) throws IOException {
        return json(bytes(blobs, digest));
    }

    private static byte[] bytes(Map<String, byte[]> blobs, String digest) {
        return blobs.get("blobs/" + digest.replace(':', '/'));
    }

    private static JsonNode json(byte[] text) throws IOException {
        return new ObjectMapper().readTree(text);
    }
}
