package dev.redismaintenance.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Listening;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a pod's spec says plainly where its server listens, and what leaves a doubt? */
class ListeningReaderTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        // by arguments
        "{args: [--port, '6380']}|6380|false|--port 6380 of container server",
        "{command: [redis-server, /etc/redis.conf, --port, '7000']}|7000|false|--port 7000",
        "{command: [sh, -c, 'exec valkey-server /conf --port 6380 --appendonly yes']}|6380|false|--port 6380",
        "{command: [sh, -c], args: ['set -e; exec redis-server --port \"6380\"']}|6380|false|--port 6380",
        "{args: [--port, $(PORT)], env: [{name: PORT, value: '6381'}]}|6381|false|--port 6381",
        "{args: [--port, '6380'], ports: [{name: redis, containerPort: 6379}]}|6380|false|--port 6380",
        "{args: [--tls-port, '6379', --port, '0']}|6379|true|--tls-port 6379 and --port 0",
        "{args: [--port, '6379', --tls-port, '6380', --tls-cluster, 'yes']}|6380|true|--tls-port 6380 and --tls-cluster yes",
        "{args: [--port, '6379', --tls-port, '6380']}|6379|false|--port 6379",
        "{args: [--port, '6380', --port, '6380']}|6380|false|--port 6380",
        // by container ports
        "{ports: [{name: redis, containerPort: 6380}, {name: bus, containerPort: 16380}]}|6380|false|the port redis (6380)",
        "{ports: [{name: tcp-redis, containerPort: 6379}, {name: tcp-redis-bus, containerPort: 16379}]}|6379|false|the port tcp-redis (6379)",
        "{ports: [{name: tcp-valkey, containerPort: 7000}, {name: http-metrics, containerPort: 9121}]}|7000|false|the port tcp-valkey (7000)",
        "{ports: [{name: client, containerPort: 7001}, {name: gossip, containerPort: 17001}]}|7001|false|the port client (7001)",
        "{ports: [{containerPort: 7002}]}|7002|false|the only client port 7002",
        "{ports: [{containerPort: 7002}, {containerPort: 17002}]}|7002|false|the only client port 7002",
        "{ports: [{name: main, containerPort: 7003}, {name: metrics, containerPort: 9121}]}|7003|false|the only client port 7003",
        "{args: [--tls-cluster, 'yes'], ports: [{name: redis, containerPort: 6390}]}|6390|true|the port redis (6390) and --tls-cluster yes",
        "{args: [--tls-port, '6390'], ports: [{name: redis-tls, containerPort: 6390}, {name: redis, containerPort: 6389}]}|6389|false|the port redis (6389)",
        // in doubt
        "{}||false|container server declares no client port",
        "{ports: [{name: redis, containerPort: 6379}, {name: client, containerPort: 6380}]}||false|declares the ports [6379, 6380]",
        "{ports: [{containerPort: 6379}, {containerPort: 8080}]}||false|declares the ports [6379, 8080]",
        "{ports: [{containerPort: 53, protocol: UDP}]}||false|declares no client port",
        "{ports: [{name: http, containerPort: 8080}]}||false|declares no client port",
        "{args: [--port, $(PORT)], env: [{name: PORT, valueFrom: {configMapKeyRef: {name: c, key: p}}}]}||false|not as a number",
        "{command: [sh, -c, 'redis-server --port $PORT']}||false|not as a number",
        "{command: [sh, -c, 'if x; then redis-server --port 1; else redis-server --port 2; fi']}||false|more than once",
        "{args: [--port]}||false|not as a number",
        "{args: [--port, '70000']}||false|not as a number",
        "{args: [--port, '0']}||true|--port 0 and no --tls-port",
        "{args: [--tls-cluster, 'yes']}||true|declares no client port",
        "{args: [--tls-cluster, 'no'], ports: [{containerPort: 7002}]}|7002|false|the only client port"})
    void one_container(String yaml, Integer port, boolean tls, String why) {
        Listening seen = read(List.of(container("server", yaml)));
        assertEquals(Optional.ofNullable(port), seen.port(), seen::why);
        assertEquals(tls, seen.tls(), seen::why);
        assertTrue(seen.why().contains(why), seen::why);
    }

    @Test
    void of_several_containers_the_one_that_runs_a_server() {
        Listening seen = read(List.of(container("exporter", "{image: 'redis-exporter:1', args: [--port, '9121']}"),
                container("main", "{image: 'my/image:3', command: [/usr/bin/redis-server, --port, '6380']}"),
                container("redis", "{image: 'redis:7', ports: [{containerPort: 6379}]}")));
        assertEquals(Optional.of(6380), seen.port(), seen::why);
    }

    @Test
    void else_the_one_with_the_image_of_a_server() {
        Listening seen = read(List.of(container("metrics", "{image: 'some.registry:5000/x/redis-exporter:1', ports: [{containerPort: 9121}]}"),
                container("server", "{image: 'some.registry:5000/x/valkey-cluster:9.1@sha256:0', ports: [{containerPort: 7000}]}")));
        assertEquals(Optional.of(7000), seen.port(), seen::why);
    }

    @Test
    void two_that_may_be_the_server_leave_a_doubt() {
        Container[] two = {container("a", "{image: 'redis:7', ports: [{containerPort: 1}]}"), container("b", "{image: 'valkey:8', ports: [{containerPort: 2}]}")};
        assertEquals(new Listening(Optional.empty(), false, "its containers a, b leave open which of them is the server"), read(Arrays.asList(two)));
        assertTrue(read(List.of(container("a", "{image: 'x'}"), container("b", "{image: 'y'}"))).port().isEmpty());
    }

    @Test
    void no_other_word_of_the_arguments_is_kept() {
        assertFalse(read(List.of(container("server", "{args: [--requirepass, s3cret, --port, s3cret, --masterauth, s3cret]}"))).toString().contains("s3cret"));
        assertFalse(read(List.of(container("server", "{args: [--requirepass, s3cret, --port, '6380']}"))).toString().contains("s3cret"));
    }

    private static Container container(String name, String yaml) {
        // what begins with a brace would be read as JSON
        Container container = Serialization.unmarshal("---\n" + yaml, Container.class);
        container.setName(name);
        return container;
    }

    private static Listening read(List<Container> containers) {
        return ListeningReader.read(containers.stream().map(c -> AsRead.of(c, Container.class)).toList());
    }
}
