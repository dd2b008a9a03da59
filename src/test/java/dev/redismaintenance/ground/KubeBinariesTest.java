package dev.redismaintenance.ground;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeBinariesTest {

    @TempDir
    Path top;

    @Test
    void theHighestVersionWins() throws IOException {
        put("1.34.4", "etcd", "kube-apiserver", "kubectl");
        put("1.34.12", "etcd", "kube-apiserver", "kubectl");
        put("1.9.0", "etcd", "kube-apiserver", "kubectl");
        assertEquals(Optional.of("1.34.12"), KubeBinaries.find(top).map(KubeBinaries::version));
    }

    @Test
    void aVersionThatIsNotWholeDoesNotCount() throws IOException {
        put("1.34.4", "etcd", "kube-apiserver", "kubectl");
        put("1.35.0", "etcd", "kubectl");
        assertEquals(Optional.of("1.34.4"), KubeBinaries.find(top).map(KubeBinaries::version));
    }

    @Test
    void noDirectoryMeansNone() {
        assertEquals(Optional.empty(), KubeBinaries.find(top.resolve("absent")));
    }

    private void put(String version, String... programs) throws IOException {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        Path dir = Files.createDirectories(top.resolve("k8s").resolve(version + "-" + os + "-" + arch));
        for (String program : programs) {
            Files.createFile(dir.resolve(program)).toFile().setExecutable(true);
        }
    }
}
