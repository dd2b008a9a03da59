package dev.redismaintenance.image;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes the image as a tar that {@code docker load}, {@code podman load}, {@code ctr images import} and {@code skopeo} take. What changes
 * least lies lowest: C library and Java, libraries, Quarkus, our own code. All files have one fixed time, so equal contents give an equal image.
 */
public final class Image {
    /** As the chart and Kubernetes' {@code runAsNonRoot} want it: a number. */
    static final String USER = "65532:65532";
    static final String JAVA = "/opt/java/bin/java";
    private static final AbsoluteUnixPath APP = AbsoluteUnixPath.get("/app");

    private Image() {
    }

    /**
     * @param args the stage with {@code app/}, and {@code rootfs/} where there is no base; the tar to write; the name; the version; the base
     *             image as a tar, which then has a Java of its own on its {@code PATH}, or nothing; {@code OCI} or {@code Docker}: how it is written
     */
    public static void main(String[] args) throws Exception {
        Path stage = Path.of(args[0]);
        Path tar = Path.of(args[1]);
        String base = args[4];
        JibContainerBuilder image = base.isEmpty() ? Jib.fromScratch() : Jib.from(TarImage.at(Path.of(base)));
        if (base.isEmpty()) {
            image.setPlatforms(Set.of(new Platform(architecture(), "linux")));
            for (String part : List.of("lib64", "lib", "usr", "etc", "opt")) {
                Path from = stage.resolve("rootfs").resolve(part);
                if (Files.isDirectory(from)) {
                    image.addFileEntriesLayer(layer(part, from, AbsoluteUnixPath.get("/" + part)));
                }
            }
            image.addFileEntriesLayer(FileEntriesLayer.builder().setName("tmp")
                    .addEntry(stage.resolve("rootfs").resolve("tmp"), AbsoluteUnixPath.get("/tmp"), FilePermissions.fromOctalString("777")).build());
        }
        Path app = stage.resolve("app");
        image.addFileEntriesLayer(layer("libraries", app.resolve("lib"), APP.resolve("lib")));
        image.addFileEntriesLayer(layer("quarkus", app.resolve("quarkus"), APP.resolve("quarkus")));
        FileEntriesLayer.Builder own = FileEntriesLayer.builder().setName("application");
        try (Stream<Path> files = Files.list(app)) {
            for (Path file : files.filter(f -> !Set.of("lib", "quarkus").contains(f.getFileName().toString())).sorted().toList()) {
                own.addEntryRecursive(file, APP.resolve(file.getFileName().toString()));
            }
        }
        JibContainer made = image.addFileEntriesLayer(own.build())
                .setFormat(ImageFormat.valueOf(args[5])).setUser(USER).setWorkingDirectory(APP).addExposedPort(Port.tcp(8080))
                .setEnvironment(base.isEmpty() ? Options.environmentHere() : Options.ENVIRONMENT)
                .setEntrypoint(Options.command(base.isEmpty() ? JAVA : "java", Files.exists(app.resolve(Options.CACHE))))
                .setLabels(Map.of("org.opencontainers.image.title", "redis-maintenance-operator", "org.opencontainers.image.version", args[3],
                        "org.opencontainers.image.licenses", "Apache-2.0"))
                .containerize(Containerizer.to(TarImage.at(tar).named(args[2])).setOfflineMode(true)
                        .setBaseImageLayersCache(stage.resolve("cache")).setApplicationLayersCache(stage.resolve("cache")));
        System.out.printf("%s: %s, %d MB, %s%n", tar, args[2], Files.size(tar) / 1_000_000, made.getDigest());
    }

    private static FileEntriesLayer layer(String name, Path from, AbsoluteUnixPath to) throws IOException {
        return FileEntriesLayer.builder().setName(name).addEntryRecursive(from, to, (file, at) -> Files.isExecutable(file)
                ? FilePermissions.DEFAULT_FOLDER_PERMISSIONS : FilePermissions.DEFAULT_FILE_PERMISSIONS).build();
    }

    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : System.getProperty("os.arch");
    }
}
