package dev.redismaintenance.server;

/** One server to talk to: the pod's IP, the client port, and how to connect. */
public record Endpoint(String host, int port, ConnectionSettings settings) {
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
