package dev.redismaintenance.ground;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which loopback address does the next pod get? Never one that was given before, so that a recreated pod is always
 * found somewhere else. Each kubelet has a random part of 127.0.0.0/8, so that test runs beside each other do not meet.
 * In a process whose network is its own ({@link #NETWORK} is set) pods get IPv6 addresses of that network, one after the other.
 */
final class PodAddresses {

    /** System property: what the IPv6 addresses of pods begin with. */
    static final String NETWORK = "ground.ipv6";
    private static final int HOSTS = 255;

    private final int network = ThreadLocalRandom.current().nextInt(10, 250);
    private final AtomicInteger own = new AtomicInteger();
    private final AtomicInteger next = new AtomicInteger(ThreadLocalRandom.current().nextInt(200) * 254);

    String next() {
        String prefix = System.getProperty(NETWORK);
        return prefix == null ? nextOfLoopback() : prefix + Integer.toHexString(own.incrementAndGet());
    }

    private String nextOfLoopback() {
        while (true) {
            int number = next.getAndIncrement();
            String address = "127.%d.%d.%d".formatted(network, number / 254 % HOSTS, number % 254 + 1);
            if (List.of(6379, 16379).stream().allMatch(port -> isFree(address, port))) {
                return address;
            }
        }
    }

    /** The address of the Kubernetes Node with this number: outside of what pods get. */
    String ofHost(int number) {
        return "127.%d.%d.%d".formatted(network, HOSTS, number + 1);
    }

    private static boolean isFree(String address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
