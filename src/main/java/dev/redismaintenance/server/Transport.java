package dev.redismaintenance.server;

import dev.redismaintenance.server.ServerException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One connection to a server: is it there, and if not, why? Dials the address and, with TLS, verifies the certificate's chain,
 * and the name when the settings give one: the address of a pod is in no certificate.
 */
final class Transport implements AutoCloseable {
    private static final Pattern IP = Pattern.compile("[0-9.]+|.*:.*");

    private final Endpoint server;
    private final Duration connectTimeout;
    private final Socket raw;
    private final Socket socket;

    private Transport(Endpoint server, Duration connectTimeout, Socket raw, Socket socket) {
        this.server = server;
        this.connectTimeout = connectTimeout;
        this.raw = raw;
        this.socket = socket;
    }

    /** Connects within the time, and shakes hands within the same time again. */
    static Transport open(Endpoint server, Duration connectTimeout, Duration readTimeout) throws ServerException {
        Optional<ConnectionSettings.Tls> tls = server.settings().tls();
        // made before dialling: a garbled PEM is told whether or not the server is up
        Optional<SSLContext> context = tls.isPresent() ? Optional.of(TlsContext.of(tls.get())) : Optional.empty();
        List<SNIServerName> name = sni(tls.flatMap(ConnectionSettings.Tls::serverName));
        Socket raw = dial(server, connectTimeout);
        try {
            Socket socket = tls.isPresent() ? secured(raw, server, context.get(), name, connectTimeout) : raw;
            socket.setSoTimeout((int) readTimeout.toMillis());
            return new Transport(server, connectTimeout, raw, socket);
        } catch (IOException e) {
            closeQuietly(raw);
            throw handshakeFailed(server, connectTimeout, e);
        }
    }

    Socket socket() {
        return socket;
    }

    /** Closes the connection when the time is over. Below TLS, whose polite end could wait for the peer. */
    Deadline deadline(Duration time) {
        return new Deadline(time, raw);
    }

    @Override
    public void close() {
        closeQuietly(socket);
        closeQuietly(raw);
    }

    /**
     * Why did the connection end before all answers were there?
     *
     * @param late the deadline had passed
     */
    ServerException ended(IOException why, boolean late) {
        if (late || causes(why).anyMatch(SocketTimeoutException.class::isInstance)) {
            return unreachable(server, "accepted the connection and did not answer in time", why);
        }
        if (toldByTls(why)) {
            return tlsFailed(server, why);
        }
        if (server.settings().tls().isEmpty() && Language.isTls(server, connectTimeout)) {
            return new ServerException(Kind.TlsMismatch, server + " speaks TLS and was addressed in plain text: set spec.connection.tls", why);
        }
        return unreachable(server, "closed the connection before it had answered", why);
    }

    private static Socket dial(Endpoint server, Duration timeout) throws ServerException {
        Socket socket = new PatientSocket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(InetAddress.getByName(server.host()), server.port()), (int) timeout.toMillis());
            return socket;
        } catch (SocketTimeoutException e) {
            closeQuietly(socket);
            throw unreachable(server, "did not accept a connection within " + timeout.toMillis() + " ms", e);
        } catch (IOException e) {
            closeQuietly(socket);
            throw unreachable(server, "cannot be reached: " + e.getMessage(), e);
        }
    }

    /** What the server is told of the name we expect; RFC 6066 allows no addresses there. */
    private static List<SNIServerName> sni(Optional<String> serverName) throws ServerException {
        try {
            return serverName.filter(name -> !IP.matcher(name).matches()).<List<SNIServerName>>map(name -> List.of(new SNIHostName(name))).orElse(List.of());
        } catch (IllegalArgumentException e) {
            throw new ServerException(Kind.SettingsInvalid, "spec.connection.tls.serverName is not a DNS name: " + serverName.orElse(""), e);
        }
    }

    @SuppressWarnings("try") // the deadline works by being there
    private static SSLSocket secured(Socket raw, Endpoint server, SSLContext context, List<SNIServerName> sni, Duration timeout) throws IOException {
        try (Deadline deadline = new Deadline(timeout, raw)) {
            raw.setSoTimeout((int) timeout.toMillis());
            Optional<String> name = server.settings().tls().flatMap(ConnectionSettings.Tls::serverName);
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, name.orElse(server.host()), server.port(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(sni);
            // HTTPS is the name of the check that compares the certificate with the name given above
            name.ifPresent(given -> parameters.setEndpointIdentificationAlgorithm("HTTPS"));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        }
    }

    private static ServerException handshakeFailed(Endpoint server, Duration timeout, IOException why) {
        boolean named = why instanceof SSLException && (TlsWords.alert(why).isPresent() || causes(why).anyMatch(GeneralSecurityException.class::isInstance));
        if (named) {
            return tlsFailed(server, why);
        }
        if (Language.isPlain(server, timeout)) {
            return new ServerException(Kind.TlsMismatch, server + " speaks plain text and was addressed with TLS: remove spec.connection.tls, or switch on TLS in the server", why);
        }
        return toldByTls(why) ? tlsFailed(server, why)
                : unreachable(server, "did not complete a TLS handshake within " + timeout.toMillis() + " ms", why);
    }

    /** An SSLException that TLS itself gave a reason for; others wrap a connection that went away. */
    private static boolean toldByTls(IOException why) {
        return why instanceof SSLException
                && causes(why).noneMatch(c -> c instanceof SocketException || c instanceof EOFException || c instanceof SocketTimeoutException);
    }

    private static ServerException tlsFailed(Endpoint server, IOException why) {
        return new ServerException(Kind.TlsMismatch, "TLS with " + server + " failed: " + TlsWords.of(why, server.settings()), why);
    }

    private static ServerException unreachable(Endpoint server, String what, Throwable why) {
        return new ServerException(Kind.Unreachable, server + " " + what, why);
    }

    static Stream<Throwable> causes(Throwable e) {
        return Stream.iterate(e, Objects::nonNull, Throwable::getCause).limit(20);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // it is given up either way
        }
    }
}
