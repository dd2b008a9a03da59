package dev.redismaintenance.server;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What does a TLS failure mean, in words for the person who wrote {@code spec.connection.tls}? The texts matched are those of Java 17. */
final class TlsWords {
    private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

    private TlsWords() {
    }

    /** The name of the alert that the server sent, as RFC 8446 section 6 names it. */
    static Optional<String> alert(Throwable why) {
        return Transport.causes(why).map(c -> ALERT.matcher(String.valueOf(c.getMessage()))).filter(Matcher::find).map(m -> m.group(1)).findFirst();
    }

    static String of(Throwable why, ConnectionSettings settings) {
        List<Throwable> causes = Transport.causes(why).toList();
        for (Throwable cause : causes) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return "the server's certificate is not in force (" + cause.getMessage() + ")";
            }
        }
        for (Throwable cause : causes) {
            String message = String.valueOf(cause.getMessage());
            if (message.startsWith("No subject alternative") || message.startsWith("No name matching")) {
                return "the server's certificate is not valid for the name " + settings.tls().flatMap(ConnectionSettings.Tls::serverName).orElse("")
                        + " that spec.connection.tls.serverName gives";
            }
            // the second: an authority of that name is trusted, and it has another key
            if (cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException) {
                return "the server's certificate is not signed by an authority that is trusted, see spec.connection.tls.caSecretName ("
                        + cause.getMessage() + ")";
            }
        }
        return alert(why).map(alert -> ofAlert(alert, settings)).orElseGet(() -> String.valueOf(why.getMessage()));
    }

    private static String ofAlert(String alert, ConnectionSettings settings) {
        boolean shown = settings.tls().flatMap(ConnectionSettings.Tls::certPem).isPresent();
        return switch (alert) {
            case "certificate_required", "bad_certificate", "handshake_failure" -> shown
                    ? "the server does not accept the client certificate (" + alert + ")"
                    : "the server demands a client certificate: set spec.connection.tls.certSecretName (" + alert + ")";
            case "unknown_ca", "decrypt_error", "certificate_unknown", "unsupported_certificate", "certificate_expired", "certificate_revoked" ->
                    "the server does not accept the client certificate (" + alert + ")";
            default -> "the server answers " + alert;
        };
    }
}
