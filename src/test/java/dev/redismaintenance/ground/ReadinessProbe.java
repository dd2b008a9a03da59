package dev.redismaintenance.ground;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Does the server of a pod answer? Any answer to PING counts but that it is still loading; behind TLS, that it accepts. */
record ReadinessProbe(String address, boolean tls) {

    static final int PORT = 6379;
    private static final int TIMEOUT_MILLIS = 1000;

    static ReadinessProbe of(String address, List<String> args) {
        int port = args.lastIndexOf("--port");
        return new ReadinessProbe(address, port >= 0 && args.size() > port + 1 && args.get(port + 1).equals("0"));
    }

    boolean succeeds() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, PORT), TIMEOUT_MILLIS);
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
