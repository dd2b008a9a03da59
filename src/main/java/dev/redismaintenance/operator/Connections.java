package dev.redismaintenance.operator;

import dev.redismaintenance.api.AuthSpec;
import dev.redismaintenance.api.ConnectionSpec;
import dev.redismaintenance.api.TlsSpec;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.KubernetesException;
import dev.redismaintenance.server.ConnectionSettings;
import java.util.Map;
import java.util.Optional;

/**
 * How to connect to the servers, from what {@link ConnectionChoice} chose and the Secrets that it names. Secrets are read at each look, so that a rotated
 * password is used at the next one; nothing keeps them.
 */
final class Connections {
    private static final String CA = "ca.crt";
    private static final String CERT = "tls.crt";
    private static final String KEY = "tls.key";

    private final Kubernetes kubernetes;

    Connections(Kubernetes kubernetes) {
        this.kubernetes = kubernetes;
    }

    ConnectionSettings read(String namespace, ConnectionChoice choice) throws KubernetesException, InvalidConnection {
        try {
            return read(namespace, choice.spec());
        } catch (InvalidConnection e) {
            throw new InvalidConnection(e.getMessage() + ", which " + choice.source().orElse("nobody") + " names");
        }
    }

    private ConnectionSettings read(String namespace, ConnectionSpec spec) throws KubernetesException, InvalidConnection {
        Optional<AuthSpec> auth = Optional.ofNullable(spec.getAuth());
        Optional<TlsSpec> tls = Optional.ofNullable(spec.getTls());
        Optional<String> user = Optional.empty();
        Optional<String> password = Optional.empty();
        if (auth.isPresent()) {
            Map<String, String> secret = secret(namespace, auth.get().getSecretName());
            password = Optional.of(value(secret, auth.get().getSecretName(), auth.get().getPasswordKey()));
            String userKey = auth.get().getUsernameKey();
            user = userKey == null || userKey.isEmpty() ? Optional.empty() : Optional.of(value(secret, auth.get().getSecretName(), userKey));
        }
        return new ConnectionSettings(user, password, tls.isPresent() ? Optional.of(tls(namespace, tls.get())) : Optional.empty());
    }

    private ConnectionSettings.Tls tls(String namespace, TlsSpec spec) throws KubernetesException, InvalidConnection {
        String caSecret = spec.getCaSecretName();
        Optional<String> ca = caSecret == null || caSecret.isEmpty() ? Optional.empty() : Optional.of(value(secret(namespace, caSecret), caSecret, CA));
        Optional<String> cert = Optional.empty();
        Optional<String> key = Optional.empty();
        String certSecret = spec.getCertSecretName();
        if (certSecret != null && !certSecret.isEmpty()) {
            Map<String, String> secret = secret(namespace, certSecret);
            cert = Optional.of(value(secret, certSecret, CERT));
            key = Optional.of(value(secret, certSecret, KEY));
        }
        return new ConnectionSettings.Tls(ca, cert, key, Optional.ofNullable(spec.getServerName()).filter(n -> !n.isEmpty()));
    }

    private Map<String, String> secret(String namespace, String name) throws KubernetesException, InvalidConnection {
        return kubernetes.secret(namespace, name)
                .orElseThrow(() -> new InvalidConnection("there is no Secret " + name + " in namespace " + namespace));
    }

    private static String value(Map<String, String> secret, String name, String key) throws InvalidConnection {
        return Optional.ofNullable(secret.get(key)).map(String::strip).filter(v -> !v.isEmpty())
                .orElseThrow(() -> new InvalidConnection("the Secret " + name + " has no key '" + key + "', or it is empty"));
    }

    /** The connection settings cannot be used; the message says what to mend. */
    static final class InvalidConnection extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidConnection(String message) {
            super(message);
        }
    }
}
