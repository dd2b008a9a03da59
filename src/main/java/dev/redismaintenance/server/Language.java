package dev.redismaintenance.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/**
 * What does the server on this port speak? Asked only after a failure that both a wrong language and a dead server explain:
 * a plain server never answers a TLS greeting (it waits for the end of the line), and a TLS server resets a plain
 * connection without a word. Nothing secret is sent and nothing is decided on the answer but the words of a message.
 */
final class Language {
    private static final int TLS_ALERT = 0x15;
    private static final int TLS_HANDSHAKE = 0x16;

    private Language() {
    }

    /** Does it answer a TLS greeting with TLS? */
    static boolean isTls(Endpoint server, Duration timeout) {
        int first = firstByteAfter(server, timeout, greeting());
        return first == TLS_HANDSHAKE || first == TLS_ALERT;
    }

    /** Does it answer PING as Redis does: with a status or an error? */
    static boolean isPlain(Endpoint server, Duration timeout) {
        int first = firstByteAfter(server, timeout, "PING\r\n".getBytes(StandardCharsets.US_ASCII));
        return first == '+' || first == '-';
    }

    @SuppressWarnings("try") // the deadline works by being there
    private static int firstByteAfter(Endpoint server, Duration timeout, byte[] words) {
        try (Socket socket = new Socket(); Deadline deadline = new Deadline(timeout, socket)) {
            socket.connect(new InetSocketAddress(server.host(), server.port()), (int) timeout.toMillis());
            socket.getOutputStream().write(words);
            return socket.getInputStream().read();
        } catch (IOException noAnswer) {
            return -1;
        }
    }

    private static byte[] greeting() {
        try {
            SSLContext trustingNobody = SSLContext.getInstance("TLS");
            trustingNobody.init(null, new TrustManager[0], null);
            SSLEngine engine = trustingNobody.createSSLEngine();
            engine.setUseClientMode(true);
            ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), out);
            return Arrays.copyOf(out.array(), out.position());
        } catch (GeneralSecurityException | SSLException e) {
            throw new IllegalStateException("this Java cannot speak TLS", e);
        }
    }
}
