package dev.redismaintenance.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.redismaintenance.ground.ControlPlane;
import dev.redismaintenance.operator.Ground;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Runs what is in the image: its layers unpacked, as its user, in its own root directory without anything of this machine in it but
 * {@code /proc} and {@code /dev} (without which Java waits seconds for its first random numbers), its root read-only to it. Prints how long it takes to be ready and what memory it then has. Needs to be root on Linux, and an API server.
 */
public final class ImageCheck {
    private static final int ROUNDS = 3;

    private ImageCheck() {
    }

    /** @param args the tar of the image; a directory that may be written */
    public static void main(String[] args) throws Exception {
        run(args);
        // threads of clients that are closed would keep the process
        System.exit(0);
    }

    private static void run(String[] args) throws Exception {
        if (!ControlPlane.available() || !System.getProperty("user.name").equals("root")) {
            System.out.println("not tried: that needs an API server (make kube-binaries) and root");
            return;
        }
        Path root = Path.of(args[1]).toAbsolutePath();
        Config config = unpack(Path.of(args[0]), root);
        Files.createDirectories(root.resolve("proc"));
        Files.createDirectories(root.resolve("dev"));
        if (!Files.isDirectory(root.resolve("tmp"))) {
            throw new IllegalStateException("the image has no /tmp, the one place that is written to");
        }
        Path kubeconfig = root.resolve("kubeconfig");
        try (ControlPlane api = ControlPlane.start(); KubernetesClient client = api.client()) {
            Ground.install(client);
            for (int i = 0; i < ROUNDS; i++) {
                Files.writeString(kubeconfig, api.kubeconfig());
                kubeconfig.toFile().setReadable(true, false);
                Map<String, String> environment = new HashMap<>(config.environment());
                environment.put("KUBECONFIG", "/kubeconfig");
                try (OperatorRun run = OperatorRun.start(confined(root, config), root, environment, kubeconfig)) {
                    Duration ready = run.awaitReady();
                    TimeUnit.SECONDS.sleep(8);
                    System.out.printf("ready after %.1f s, %d MiB resident 8 s later%n", ready.toMillis() / 1000.0, run.resident());
                    run.end();
                }
            }
        }
    }

    private record Config(List<String> entrypoint, Map<String, String> environment, String user, String directory) {
    }

    /** Mounts of its own, the image's root read-only, then its user with no right left. */
    private static List<String> confined(Path root, Config config) {
        String[] ids = config.user().split(":");
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", "r=$1; shift; mount -t proc proc $r/proc && mount --rbind /dev $r/dev && mount -t tmpfs -o mode=1777 tmpfs $r/tmp"
                + " && mount --rbind $r $r && mount -o remount,bind,ro $r && exec unshare --root=$r --wd=" + config.directory()
                + " --setgid=" + ids[1] + " --setuid=" + ids[0] + " -- \"$@\"", "sh", root.toString()));
        command.addAll(config.entrypoint());
        return command;
    }

    private static Config unpack(Path tar, Path root) throws IOException {
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
        return new Config(entrypoint, environment, config.get("User").asText(), config.get("WorkingDir").asText());
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
