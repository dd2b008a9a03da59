package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own: what Java has once read of its settings it keeps. */
class NameCacheTest {
    private static final String NAME = "cache-0.cache.team.svc";

    @TempDir
    private Path dir;

    @Test
    void a_name_that_leads_elsewhere_by_now_is_believed_soon() throws Exception {
        assertEquals("10.0.0.1 10.0.0.2", answers("10.0.0.1 " + NAME, "10.0.0.2 " + NAME));
    }

    @Test
    void a_name_that_is_known_by_now_is_believed_soon() throws Exception {
        assertEquals("none 10.0.0.2", answers("10.0.0.1 another", "10.0.0.2 " + NAME));
    }

    private String answers(String first, String then) throws Exception {
        Path names = dir.resolve("names");
        Path namesThen = dir.resolve("names-then");
        Files.writeString(names, first + "\n");
        Files.writeString(namesThen, then + "\n");
        String classes = String.join(System.getProperty("path.separator"), where(NameCache.class), where(Asking.class));
        Process process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Djdk.net.hosts.file=" + names,
                "-cp", classes, Asking.class.getName(), names.toString(), namesThen.toString())).redirectErrorStream(true).start();
        try (InputStream said = process.getInputStream()) {
            String text = new String(said.readAllBytes(), StandardCharsets.UTF_8).trim();
            process.waitFor();
            return text;
        }
    }

    private static String where(Class<?> type) throws Exception {
        URI uri = type.getProtectionDomain().getCodeSource().getLocation().toURI();
        return Path.of(uri).toString();
    }

    /** Asks, waits until an answer may be forgotten, and asks again. */
    static final class Asking {
        private Asking() {
        }

        public static void main(String[] args) throws Exception {
            NameCache.isShort();
            String first = address();
            Files.copy(Path.of(args[1]), Path.of(args[0]), StandardCopyOption.REPLACE_EXISTING);
            Thread.sleep(2_100);
            System.out.println(first + " " + address());
        }

        private static String address() {
            try {
                return InetAddress.getByName(NAME).getHostAddress();
            } catch (UnknownHostException e) {
                return "none";
            }
        }
    }
}
