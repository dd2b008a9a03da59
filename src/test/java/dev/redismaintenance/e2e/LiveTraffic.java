package dev.redismaintenance.e2e;

import dev.redismaintenance.ground.Traffic;
import dev.redismaintenance.ground.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClusterClient;

/**
 * The client in its pod: puts data into the cluster, then writes and reads with the ledger until it is told to stop, and reports. It tells in its log; no
 * library is used but what the operator's image has.
 */
final class LiveTraffic {
    static final String CA = "/tls/ca.crt";
    private static final Path STOP = Path.of("/tmp/stop");
    private static final int VALUE = 4000;

    private LiveTraffic() {
    }

    /** @param args {@code stop}; or nodes to begin with as {@code host:port,…}, operations in a second, megabytes of data */
    public static void main(String[] args) throws Exception {
        if (args[0].equals("stop")) {
            Files.createFile(STOP);
            return;
        }
        List<HostAndPort> nodes = Arrays.stream(args[0].split(",")).map(HostAndPort::from).toList();
        JedisClientConfig access = access();
        load(nodes, access, Integer.parseInt(args[2]));
        try (Traffic traffic = Traffic.on(nodes, access).opsPerSecond(Integer.parseInt(args[1])).start()) {
            traffic.awaitWrites(1000);
            traffic.forgetFelt();
            while (!Files.exists(STOP)) {
                System.out.println("acknowledged " + traffic.acknowledged());
                TimeUnit.MILLISECONDS.sleep(500);
            }
            System.out.println(Told.of(traffic.stop()).lines());
        }
    }

    /** Over all slots, of what does not compress. */
    private static void load(List<HostAndPort> nodes, JedisClientConfig access, int megabytes) {
        byte[] value = new byte[VALUE];
        new Random(1).nextBytes(value);
        try (RedisClusterClient client = RedisClusterClient.builder().nodes(java.util.Set.copyOf(nodes)).clientConfig(access).build()) {
            for (int i = 0; i < megabytes * 1_000_000 / VALUE; i++) {
                client.set(("data:" + i).getBytes(java.nio.charset.StandardCharsets.US_ASCII), value);
            }
        }
    }

    /** A password and TLS where the pod was given them; names are verified, as a client that is announced hostnames should. */
    private static JedisClientConfig access() throws IOException, GeneralSecurityException {
        DefaultJedisClientConfig.Builder access = DefaultJedisClientConfig.builder();
        Optional.ofNullable(System.getenv("CACHE_PASSWORD")).ifPresent(access::password);
        if (Files.exists(Path.of(CA))) {
            SSLParameters verified = new SSLParameters();
            verified.setEndpointIdentificationAlgorithm("HTTPS");
            access.ssl(true).sslSocketFactory(trusting(Path.of(CA))).sslParameters(verified);
        }
        return access.build();
    }

    private static SSLSocketFactory trusting(Path authority) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        try (InputStream in = Files.newInputStream(authority)) {
            context.init(null, Trust.in(CertificateFactory.getInstance("X.509").generateCertificate(in)), null);
        }
        return context.getSocketFactory();
    }
}
