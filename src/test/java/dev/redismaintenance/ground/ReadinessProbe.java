package dev.redismaintenance.ground;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Does the server of a pod answer? Any answer to PING counts but that it is still loading; behind TLS, that it accepts. */
record ReadinessProbe(String address, int port, boolean tls) {

    static final int PORT = 6379;
    private static final int TIMEOUT_MILLIS = 1000;

    static ReadinessProbe of(String address, List<String> args) {
        int plain = last(args, "--port");
        return plain == 0 ? new ReadinessProbe(address, last(args, "--tls-port"), true) : new ReadinessProbe(address, plain, false);
    }

    private static int last(List<String> args, String option) {
        int at = args.lastIndexOf(option);
        return at >= 0 && args.size() > at + 1 ? Integer.parseInt(args.get(at + 1)) : PORT;
    }

    boolean succeeds() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
            if (tls) {
                return true;
            }
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
            return line != null && !line.startsWith("-LOADING");
        } catch (IOException e) {
            return false;
        }
    }
}
