package dev.redismaintenance.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Optional;

/** A certificate authority for tests, and what it signs. Written in DER by hand (RFC 5280): keytool takes a second for each. */
final class Certificates {

    /** PEM of a certificate and of its PKCS#8 key. */
    record Pair(String cert, String key) {
    }

    private static final byte[] ECDSA_WITH_SHA256 = sequence(oid(0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2));
    private static final byte[] COMMON_NAME = oid(0x55, 4, 3);
    private static final byte[] SUBJECT_ALT_NAME = oid(0x55, 0x1D, 0x11);
    private static final byte[] BASIC_CONSTRAINTS = oid(0x55, 0x1D, 0x13);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private final String authorityName;
    private final KeyPair authority = keys("EC");

    Certificates(String authorityName) {
        this.authorityName = authorityName;
    }

    String authority() {
        return certificate(authorityName, authority, Duration.ofDays(30), extension(BASIC_CONSTRAINTS, sequence(tagged(0x01, new byte[] {(byte) 0xFF}))));
    }

    /** In force now, for this DNS name, with a key of this kind: EC, RSA or Ed25519. */
    Pair issue(String name, String keyAlgorithm) {
        return issue(name, keyAlgorithm, Duration.ofDays(30));
    }

    Pair issueExpired(String name) {
        return issue(name, "EC", Duration.ofDays(-1));
    }

    private Pair issue(String name, String keyAlgorithm, Duration left) {
        KeyPair keys = keys(keyAlgorithm);
        byte[] dnsName = tagged(0x82, name.getBytes(StandardCharsets.US_ASCII));
        return new Pair(certificate(name, keys, left, extension(SUBJECT_ALT_NAME, sequence(dnsName))), pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    }

    ConnectionSettings settings(Optional<Pair> client, Optional<String> serverName) {
        return settings(Optional.of(authority()), client, serverName);
    }

    static ConnectionSettings settings(Optional<String> authority, Optional<Pair> client, Optional<String> serverName) {
        return new ConnectionSettings(Optional.empty(), Optional.empty(),
                Optional.of(new ConnectionSettings.Tls(authority, client.map(Pair::cert), client.map(Pair::key), serverName)));
    }

    static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    private String certificate(String subject, KeyPair keys, Duration left, byte[] extension) {
        Instant now = Instant.now();
        byte[] body = sequence(tagged(0xA0, integer(2)), integer(System.nanoTime()), ECDSA_WITH_SHA256, name(authorityName),
                sequence(time(now.minus(Duration.ofDays(10))), time(now.plus(left))), name(subject), keys.getPublic().getEncoded(),
                tagged(0xA3, sequence(extension)));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(authority.getPrivate());
            signature.update(body);
            return pem("CERTIFICATE", sequence(body, ECDSA_WITH_SHA256, bits(signature.sign())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys(String algorithm) {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] name(String common) {
        return sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0C, common.getBytes(StandardCharsets.UTF_8)))));
    }

    private static byte[] extension(byte[] type, byte[] content) {
        return sequence(type, tagged(0x04, content));
    }

    private static byte[] time(Instant instant) {
        return tagged(0x18, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] integer(long value) {
        return tagged(0x02, java.math.BigInteger.valueOf(value).toByteArray());
    }

    private static byte[] bits(byte[] content) {
        byte[] noUnusedBits = new byte[content.length + 1];
        System.arraycopy(content, 0, noUnusedBits, 1, content.length);
        return tagged(0x03, noUnusedBits);
    }

    private static byte[] oid(int... bytes) {
        byte[] content = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            content[i] = (byte) bytes[i];
        }
        return tagged(0x06, content);
    }

    private static byte[] sequence(byte[]... parts) {
        return tagged(0x30, parts);
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length > 0x7F) {
            out.write(length > 0xFF ? 0x82 : 0x81);
        }
        if (length > 0xFF) {
            out.write(length >> 8);
        }
        out.write(length);
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
