package dev.redismaintenance.server;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/**
 * A socket on which only reading fails. A server that turns a client away (too many clients, protected mode, a certificate it
 * does not accept) says why and closes; a client that is still writing then learns of a broken pipe and would never read the
 * reason, which lies in its own receive queue.
 */
final class PatientSocket extends Socket {

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(super.getOutputStream()) {
            @Override
            public void write(int b) {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                try {
                    out.write(bytes, offset, length);
                } catch (IOException ignored) {
                    // the next read tells what there is to tell
                }
            }
        };
    }
}
