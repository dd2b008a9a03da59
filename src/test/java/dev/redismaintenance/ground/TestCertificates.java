package dev.redismaintenance.ground;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/**
 * Which certificates does a test cluster with TLS use? One authority and one certificate for servers and clients, made
 * by the JDK's keytool, for the given DNS names; pod addresses are not in it, as they are not in real ones.
 */
public final class TestCertificates {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private final KeyStore authority;
    private final KeyStore server;

    private TestCertificates(KeyStore authority, KeyStore server) {
        this.authority = authority;
        this.server = server;
    }

    public static TestCertificates forNames(String... dnsNames) {
        Path dir = null;
        try {
            dir = Files.createTempDirectory("redis-maintenance-certificates-");
            keytool(dir, "-genkeypair", "-keystore", "ca.p12", "-alias", "ca", "-keyalg", "EC", "-dname", "CN=test authority", "-ext", "bc:c");
            keytool(dir, "-genkeypair", "-keystore", "server.p12", "-alias", "server", "-keyalg", "EC", "-dname", "CN=" + dnsNames[0]);
            keytool(dir, "-certreq", "-keystore", "server.p12", "-alias", "server", "-file", "server.csr");
            keytool(dir, "-gencert", "-keystore", "ca.p12", "-alias", "ca", "-infile", "server.csr", "-outfile", "server.crt",
                    "-ext", "san=dns:" + String.join(",dns:", dnsNames));
            keytool(dir, "-exportcert", "-keystore", "ca.p12", "-alias", "ca", "-file", "ca.crt");
            keytool(dir, "-importcert", "-keystore", "server.p12", "-alias", "ca", "-file", "ca.crt");
            keytool(dir, "-importcert", "-keystore", "server.p12", "-alias", "server", "-file", "server.crt");
            return new TestCertificates(load(dir.resolve("ca.p12")), load(dir.resolve("server.p12")));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            if (dir != null) {
                Sandbox.delete(dir);
            }
        }
    }

    /** The data of a Secret, with the keys that cert-manager uses. */
    public Map<String, String> secretData() {
        try {
            return Map.of("ca.crt", base64(Pem.certificate(authority.getCertificate("ca"))),
                    "tls.crt", base64(Pem.certificate(server.getCertificate("server"))),
                    "tls.key", base64(Pem.privateKey((PrivateKey) server.getKey("server", PASSWORD))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For a client that trusts the authority and shows the certificate. */
    public SSLSocketFactory sockets() {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(server, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), Trust.in(authority.getCertificate("ca")), null);
            return context.getSocketFactory();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private static void keytool(Path dir, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", new String(PASSWORD), "-noprompt"));
        Process process = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool " + arguments[0] + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
