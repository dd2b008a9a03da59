package dev.redismaintenance.server;

import java.util.Optional;

/**
 * How to connect: account and TLS. Its text never shows a secret.
 *
 * @param user     empty is the default user
 * @param password empty is none
 */
public record ConnectionSettings(Optional<String> user, Optional<String> password, Optional<Tls> tls) {
    public static final ConnectionSettings PLAIN = new ConnectionSettings(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * @param caPem      PEM of the authorities to trust; empty: those that the operator's own trust store holds
     * @param certPem    PEM of the client certificate chain, where the server demands one
     * @param keyPem     PEM of its private key (PKCS#8)
     * @param serverName the name the server's certificate must carry; empty: the chain is verified, the name is not
     */
    public record Tls(Optional<String> caPem, Optional<String> certPem, Optional<String> keyPem, Optional<String> serverName) {
        @Override
        public String toString() {
            return "Tls[ownAuthorities=" + caPem.isPresent() + ", clientCertificate=" + certPem.isPresent() + ", serverName=" + serverName.orElse("") + "]";
        }
    }

    @Override
    public String toString() {
        return "ConnectionSettings[user=" + user.orElse("default") + ", password=" + (password.isPresent() ? "***" : "none") + ", tls=" + tls.isPresent() + "]";
    }
}
