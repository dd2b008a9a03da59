package dev.redismaintenance.server;

import java.net.ConnectException;

/** A server did not do or tell what it was asked to. The message is for a person and holds no secret. */
public final class ServerException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong, as far as the way out differs. */
    public enum Kind {
        /** No connection, or no answer in time. */
        Unreachable,
        /** Wrong or missing password, unknown user. */
        AuthenticationFailed,
        /** TLS against plain text, or the certificate is not trusted. */
        TlsMismatch,
        /** A certificate or key in the connection settings is garbled, expired or does not fit; no server was asked. */
        SettingsInvalid,
        /** Something answers, in another language than Redis servers speak. */
        NotRedis,
        /** The server runs without cluster mode. */
        NotClusterMode,
        /** The account may not run a command; the message names it. */
        NotPermitted,
        /** The server is reading its data from disk. */
        Loading,
        /** The server has no memory left for what it was to take. */
        OutOfMemory,
        /** The server answered with another error. */
        Refused
    }

    private final Kind kind;

    public ServerException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public ServerException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** The machine answers, and no process listens at that port. */
    public boolean nothingListens() {
        return Transport.causes(this).anyMatch(e -> e instanceof ConnectException && String.valueOf(e.getMessage()).contains("refused"));
    }

    public Kind kind() {
        return kind;
    }
}
