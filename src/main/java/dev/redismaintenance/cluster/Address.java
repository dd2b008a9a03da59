package dev.redismaintenance.cluster;

/** Where a server is told to listen: an IP and the client port. An empty host is what a server says before it knows its own. */
public record Address(String host, int port) {
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
