package dev.redismaintenance.server;

import dev.redismaintenance.server.ServerException.Kind;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Whom do we trust on a TLS connection, and as whom do we come? Made of PEM texts, in memory; nothing is written. */
final class TlsContext {
    private TlsContext() {
    }

    /** Fails with {@link Kind#SettingsInvalid} and says which of the PEM texts is of no use, and why. */
    static SSLContext of(ConnectionSettings.Tls settings) throws ServerException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(ourselves(settings), trusted(settings), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new ServerException(Kind.SettingsInvalid, "the certificates in the connection settings cannot be used: " + e.getMessage(), e);
        }
    }

    /** Null is what {@link SSLContext#init} takes for the trust store of this Java. */
    private static TrustManager[] trusted(ConnectionSettings.Tls settings) throws GeneralSecurityException, IOException, ServerException {
        if (settings.caPem().isEmpty()) {
            return null;
        }
        List<X509Certificate> authorities = read("ca.crt", () -> {
            List<X509Certificate> all = PemFiles.certificates(settings.caPem().get());
            List<X509Certificate> inForce = all.stream().filter(TlsContext::inForce).toList();
            if (inForce.isEmpty()) {
                PemFiles.checkInForce(all.get(0));
            }
            return inForce;
        });
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry("ca-" + store.size(), authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] ourselves(ConnectionSettings.Tls settings) throws ServerException {
        Optional<String> certPem = settings.certPem();
        Optional<String> keyPem = settings.keyPem();
        if (certPem.isEmpty() && keyPem.isEmpty()) {
            return new KeyManager[0];
        }
        List<X509Certificate> chain = read("tls.crt", () -> {
            List<X509Certificate> all = PemFiles.certificates(certPem.orElseThrow(() -> new IllegalArgumentException("is missing, and there is a tls.key")));
            PemFiles.checkInForce(all.get(0));
            return all;
        });
        PrivateKey key = read("tls.key", () -> {
            PrivateKey found = PemFiles.privateKey(keyPem.orElseThrow(() -> new IllegalArgumentException("is missing, and there is a tls.crt")));
            if (!PemFiles.belongTogether(chain.get(0), found)) {
                throw new IllegalArgumentException("is not the key of the first certificate in tls.crt");
            }
            return found;
        });
        return new KeyManager[] {new ClientIdentity(chain, key)};
    }

    private static boolean inForce(X509Certificate certificate) {
        try {
            PemFiles.checkInForce(certificate);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static <T> T read(String what, Supplier<T> how) throws ServerException {
        try {
            return how.get();
        } catch (IllegalArgumentException e) {
            throw new ServerException(Kind.SettingsInvalid, what + " of the connection's TLS Secret " + e.getMessage(), e);
        }
    }
}
