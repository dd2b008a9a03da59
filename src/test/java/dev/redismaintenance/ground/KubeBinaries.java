package dev.redismaintenance.ground;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where are etcd and kube-apiserver on this machine? They lie as kube-api-test and setup-envtest lay them out:
 * {@code ${KUBE_API_TEST_DIR:-~/.kubeapitest}/k8s/VERSION-OS-ARCH/}; {@code make kube-binaries} puts them there.
 */
record KubeBinaries(Path directory) {

    static Optional<KubeBinaries> find() {
        return find(Optional.ofNullable(System.getenv("KUBE_API_TEST_DIR")).map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".kubeapitest")));
    }

    static Optional<KubeBinaries> find(Path top) {
        Path k8s = top.resolve("k8s");
        if (!Files.isDirectory(k8s)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(k8s)) {
            return versions.filter(d -> d.getFileName().toString().endsWith("-" + platform()))
                    .map(KubeBinaries::new)
                    .filter(KubeBinaries::complete)
                    .max(Comparator.comparing(KubeBinaries::version, KubeBinaries::compareVersions));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    String version() {
        return directory.getFileName().toString().split("-")[0];
    }

    String program(String name) {
        return directory.resolve(name).toString();
    }

    private boolean complete() {
        return Stream.of("etcd", "kube-apiserver", "kubectl").map(directory::resolve).allMatch(Files::isExecutable);
    }

    private static int compareVersions(String a, String b) {
        List<Integer> left = numbers(a);
        List<Integer> right = numbers(b);
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = left.get(i).compareTo(right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    private static List<Integer> numbers(String version) {
        return Stream.of(version.split("\\D+")).filter(n -> !n.isEmpty()).map(Integer::valueOf).toList();
    }

    private static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String arch = switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> System.getProperty("os.arch");
        };
        return os + "-" + arch;
    }
}
