package dev.redismaintenance.server;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which certificates and keys does a PEM text hold? Text around the blocks is passed over, as OpenSSL does. Errors are
 * {@link IllegalArgumentException} with words for the person who made the Secret; none repeats what is in the text.
 */
final class PemFiles {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private PemFiles() {
    }

    /** All certificates, at least one. */
    static List<X509Certificate> certificates(String pem) {
        List<X509Certificate> all = new ArrayList<>();
        Matcher block = BLOCK.matcher(pem);
        while (block.find()) {
            if (block.group(1).equals("CERTIFICATE")) {
                all.add(certificate(decoded(block.group(2))));
            }
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("holds no PEM certificate (-----BEGIN CERTIFICATE-----)");
        }
        return all;
    }

    /** The one PKCS#8 key, RSA, EC or Ed25519. */
    static PrivateKey privateKey(String pem) {
        Optional<String> otherForm = Optional.empty();
        Matcher block = BLOCK.matcher(pem);
        while (block.find()) {
            String type = block.group(1);
            if (type.equals("PRIVATE KEY")) {
                return key(decoded(block.group(2)));
            }
            otherForm = type.endsWith("PRIVATE KEY") ? Optional.of(type) : otherForm;
        }
        throw new IllegalArgumentException(otherForm
                .map(type -> type.startsWith("ENCRYPTED")
                        ? "is encrypted; take the password off with: openssl pkcs8 -in KEY -out NEWKEY"
                        : "is not PKCS#8 (-----BEGIN " + type + "-----); convert it with: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEWKEY")
                .orElse("holds no PEM private key (-----BEGIN PRIVATE KEY-----)"));
    }

    static void checkInForce(X509Certificate certificate) {
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException e) {
            throw new IllegalArgumentException("has expired on " + certificate.getNotAfter().toInstant(), e);
        } catch (CertificateNotYetValidException e) {
            throw new IllegalArgumentException("is not valid before " + certificate.getNotBefore().toInstant(), e);
        }
    }

    /** Is the key the one that the certificate speaks of? Tried by a signature. */
    static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
        try {
            byte[] text = {1, 2, 3};
            Signature made = Signature.getInstance(algorithm);
            made.initSign(key);
            made.update(text);
            Signature checked = Signature.getInstance(algorithm);
            checked.initVerify(certificate.getPublicKey());
            checked.update(text);
            return checked.verify(made.sign());
        } catch (GeneralSecurityException differentAlgorithms) {
            return false;
        }
    }

    private static byte[] decoded(String body) {
        try {
            return Base64.getDecoder().decode(body.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is garbled: its PEM block is not base64");
        }
    }

    private static X509Certificate certificate(byte[] der) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("is garbled: a PEM block is not a certificate");
        }
    }

    private static PrivateKey key(byte[] der) {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException notThis) {
                // the next one may fit: the encoding names its algorithm, and the factories check it
            }
        }
        throw new IllegalArgumentException("is garbled, or a key of a kind other than RSA, EC or Ed25519");
    }
}
