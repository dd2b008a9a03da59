package dev.redismaintenance.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.api.AuthSpec;
import dev.redismaintenance.api.Condition;
import dev.redismaintenance.api.ConditionStatus;
import dev.redismaintenance.api.ConditionType;
import dev.redismaintenance.api.ConnectionSpec;
import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.api.NodeMaintenanceSpec;
import dev.redismaintenance.api.TlsSpec;
import dev.redismaintenance.ground.ClusterSpec;
import dev.redismaintenance.ground.RedisCluster;
import dev.redismaintenance.ground.TestCertificates;
import dev.redismaintenance.kubernetes.Kubernetes;
import dev.redismaintenance.kubernetes.PodReader;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.server.Servers;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/**
 * What is each request told that cannot be carried out, and has it really changed nothing? Each refusal stands for several
 * looks before the world is compared, and once more after the request was withdrawn.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsIT {
    private static final Pace QUICK = new Pace(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(200),
            Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofHours(4));

    private final Brake brake = new Brake();
    private Ground ground;
    private Maintenances maintenances;
    private RunningOperator operator;
    /** cache-0 and its replica share a machine; cache-1 and cache-2 have theirs elsewhere. */
    private RedisCluster cache;
    private int requests;

    @BeforeAll
    void start() {
        ground = new Ground();
        maintenances = new Maintenances(ground.client, ground.namespace);
        // a frozen server must not be failed over while the world is compared
        cache = cluster("cache").primaries(3).replicasPerPrimary(1).args("--cluster-node-timeout", "60000")
                .layout("worker-1", "worker-2", "worker-3", "worker-1", "worker-3", "worker-2").create();
        cache.loadData(1_000_000);
        operator = new RunningOperator(ground.account(), ground.namespace, brake.on(Kubernetes.class), brake.on(Servers.class), QUICK);
    }

    @AfterAll
    void stop() {
        operator.close();
        cache.close();
        ground.close();
    }

    /** A test that fails must not make the next one fail. */
    @AfterEach
    void withdraw() {
        cache.pods().forEach(pod -> ground.kubelet.thaw(ground.namespace + "/" + pod));
        ground.client.resources(NodeMaintenance.class).inNamespace(ground.namespace).list().getItems().forEach(m -> {
            maintenances.delete(m.getMetadata().getName());
            maintenances.awaitGone(m.getMetadata().getName());
        });
        cache.awaitHealthy(Duration.ofSeconds(30));
    }

    private ClusterSpec cluster(String name) {
        return RedisCluster.on(ground.client, ground.kubelet).namespace(ground.namespace).name(name).image("valkey:9.1");
    }

    private void refused(String pod, Consumer<NodeMaintenanceSpec> more, Reason reason, String... words) {
        refused(new RedisCluster[] {cache}, pod, more, reason, words);
    }

    private void refused(String pod, Reason reason, String... words) {
        refused(pod, spec -> { }, reason, words);
    }

    private void refused(RedisCluster[] clusters, String pod, Consumer<NodeMaintenanceSpec> more, Reason reason, String... words) {
        Untouched world = Untouched.since(ground.client, ground.namespace, clusters);
        String name = "request-" + requests++;
        maintenances.on(name, pod, more);
        NodeMaintenance told = maintenances.awaitStalled(name, reason);
        Condition ready = ConditionList.find(told.getStatus().getConditions(), ConditionType.Ready).orElseThrow();
        assertEquals(reason.name(), ready.getReason());
        for (String word : words) {
            assertTrue(ready.getMessage().contains(word), word + " is not in: " + ready.getMessage());
        }
        brake.awaitMore("maintenances", 2);
        world.check();
        maintenances.delete(name);
        maintenances.awaitGone(name);
        world.check();
    }

    /** As long as it waits, nothing has been touched. */
    private void waitsUntouched(String pod, Reason reason, String... words) {
        Untouched world = Untouched.since(ground.client, ground.namespace, cache);
        String name = "request-" + requests++;
        maintenances.on(name, pod);
        NodeMaintenance told = maintenances.await(name, "waiting: " + reason, m -> Maintenances.has(m, ConditionType.Ready, ConditionStatus.False, reason));
        String message = ConditionList.find(told.getStatus().getConditions(), ConditionType.Ready).orElseThrow().getMessage();
        for (String word : words) {
            assertTrue(message.contains(word), word + " is not in: " + message);
        }
        brake.awaitMore("maintenances", 2);
        world.check();
        maintenances.delete(name);
        maintenances.awaitGone(name);
        world.check();
    }

    private static ConnectionSpec login(String secret, String userKey) {
        ConnectionSpec connection = new ConnectionSpec();
        AuthSpec auth = new AuthSpec();
        auth.setSecretName(secret);
        auth.setUsernameKey(userKey);
        connection.setAuth(auth);
        return connection;
    }

    private static ConnectionSpec tls(String caSecret, String certSecret) {
        ConnectionSpec connection = new ConnectionSpec();
        TlsSpec tls = new TlsSpec();
        tls.setCaSecretName(caSecret);
        tls.setCertSecretName(certSecret);
        connection.setTls(tls);
        return connection;
    }

    private void secret(String name, Map<String, String> values) {
        ground.client.resource(new SecretBuilder().withNewMetadata().withNamespace(ground.namespace).withName(name).endMetadata()
                .withStringData(values).build()).serverSideApply();
    }

    private void onAll(Consumer<Jedis> order) {
        cache.pods().forEach(pod -> {
            try (Jedis jedis = cache.jedis(pod)) {
                order.accept(jedis);
            }
        });
    }

    // --- the target

    @Test
    void a_pod_that_does_not_exist() {
        refused("cache-17", Reason.PodNotFound, "cache-17", ground.namespace);
    }

    @Test
    void a_pod_that_is_not_running() {
        LonePod.pending(ground.client, ground.namespace, "pending");
        refused("pending", Reason.PodNotRunning, "pending");
    }

    @Test
    void a_pod_that_is_no_redis_server() throws IOException {
        String ip = "127.251." + ThreadLocalRandom.current().nextInt(250) + ".1";
        try (ServerSocket web = new ServerSocket(6379, 10, InetAddress.getByName(ip))) {
            Thread thread = new Thread(() -> answerAsAWebServer(web));
            thread.setDaemon(true);
            thread.start();
            LonePod.at(ip, ground.client, ground.namespace, "web");
            refused("web", Reason.NodeUnreachable, "not the Redis protocol");
        }
    }

    private static void answerAsAWebServer(ServerSocket web) {
        while (!web.isClosed()) {
            try (Socket socket = web.accept()) {
                socket.getInputStream().read();
                socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException ended) {
                // the next one, or the end
            }
        }
    }

    @Test
    void a_pod_in_which_nothing_listens() {
        LonePod.at("127.252.0.1", ground.client, ground.namespace, "silent");
        refused("silent", Reason.NodeUnreachable, "127.252.0.1:6379");
    }

    @Test
    void a_server_without_cluster_mode() {
        LonePod.running(ground.client, ground.namespace, "single", "redis:7.0", "worker-1", "--cluster-enabled", "no", "--save", "");
        refused("single", Reason.NotAClusterMember, "without cluster mode");
    }

    @Test
    void a_single_node_that_is_in_no_cluster() {
        LonePod.running(ground.client, ground.namespace, "alone", "redis:8.0", "worker-1", "--save", "");
        refused("alone", Reason.NotAClusterMember, "not a member of a cluster");
    }

    // --- the connection

    @Test
    void a_missing_and_a_wrong_password() {
        try (RedisCluster locked = cluster("locked").primaries(1).replicasPerPrimary(0).password("right-secret").create()) {
            RedisCluster[] both = {cache, locked};
            refused(both, "locked-0", spec -> { }, Reason.AuthenticationFailed, "demands a password", "spec.connection.auth");
            secret("wrong", Map.of("password", "wrong-secret"));
            refused(both, "locked-0", spec -> spec.setConnection(login("wrong", null)), Reason.AuthenticationFailed, "wrong password");
        }
    }

    @Test
    void a_password_for_a_server_that_has_none_and_a_user_that_does_not_exist() {
        secret("some", Map.of("password", "some-secret", "user", "nobody"));
        refused("cache-1", spec -> spec.setConnection(login("some", null)), Reason.AuthenticationFailed, "password");
        refused("cache-1", spec -> spec.setConnection(login("some", "user")), Reason.AuthenticationFailed, "user nobody");
    }

    @Test
    void a_secret_that_is_missing_or_lacks_its_key() {
        refused("cache-1", spec -> spec.setConnection(login("no-such-secret", null)), Reason.ConnectionSettingsInvalid, "no Secret no-such-secret");
        secret("other", Map.of("pass", "some-secret"));
        refused("cache-1", spec -> spec.setConnection(login("other", null)), Reason.ConnectionSettingsInvalid, "Secret other", "'password'");
    }

    @Test
    void plain_text_against_tls_and_tls_without_trust_or_certificate() {
        try (RedisCluster secure = cluster("secure").primaries(1).replicasPerPrimary(0).tls().create()) {
            RedisCluster[] both = {cache, secure};
            refused(both, "secure-0", spec -> { }, Reason.TlsMismatch, "not signed by an authority that is trusted", "spec.connection.tls.caSecretName",
                    "with TLS, as the pod's spec says, to port 6379, from --tls-port 6379 and --port 0 of container server", "Nothing says how to connect");
            annotate("secure-0", "{port: 6380}");
            refused(both, "secure-0", spec -> { }, Reason.NodeUnreachable, ":6380 cannot be reached", "in plain text to port 6380",
                    "said by the annotation redis-maintenance.dev/connection of pod secure-0");
            annotate("secure-0", "{tls: {caSecretName: there-is-none}}");
            refused(both, "secure-0", spec -> { }, Reason.ConnectionSettingsInvalid, "no Secret there-is-none", "which the annotation redis-maintenance.dev/connection of pod secure-0 names");
            refused(both, "secure-0", spec -> spec.setConnection(tls("secure-tls", null)), Reason.TlsMismatch, "client certificate", "certSecretName");
            ground.client.resource(new SecretBuilder().withNewMetadata().withNamespace(ground.namespace).withName("stranger").endMetadata()
                    .withData(TestCertificates.forNames("stranger.test").secretData()).build()).create();
            refused(both, "secure-0", spec -> spec.setConnection(tls("stranger", "secure-tls")), Reason.TlsMismatch, "not signed by an authority that is trusted");
            refused(both, "secure-0", spec -> spec.setConnection(tls("secure-tls", "stranger")), Reason.TlsMismatch, "does not accept the client certificate");
            secret("garbled", Map.of("ca.crt", "no certificate at all"));
            refused(both, "secure-0", spec -> spec.setConnection(tls("garbled", null)), Reason.ConnectionSettingsInvalid, "ca.crt");
        }
    }

    private void annotate(String pod, String connection) {
        ground.client.pods().inNamespace(ground.namespace).withName(pod).edit(p -> new PodBuilder(p).editMetadata()
                .addToAnnotations(PodReader.CONNECTION, connection).endMetadata().build());
    }

    @Test
    void tls_against_plain_text() {
        secret("authority", Map.of("ca.crt", new String(java.util.Base64.getDecoder().decode(
                TestCertificates.forNames("any.test").secretData().get("ca.crt")), StandardCharsets.US_ASCII)));
        refused("cache-1", spec -> spec.setConnection(tls("authority", null)), Reason.TlsMismatch, "speaks plain text");
    }

    @Test
    void an_account_that_may_not_run_a_command() {
        secret("weak", Map.of("user", "weak", "password", "weak-secret"));
        onAll(jedis -> jedis.aclSetUser("weak", "on", ">weak-secret", "+@all", "-cluster|failover"));
        refused("cache-1", spec -> spec.setConnection(login("weak", "user")), Reason.GateRefused,
                "CommandsPermitted", "cache-4 lacks +cluster|failover", "ACL SETUSER");
        onAll(jedis -> jedis.aclSetUser("weak", "-cluster|nodes", "-config|get"));
        refused("cache-1", spec -> spec.setConnection(login("weak", "user")), Reason.CommandNotPermitted, "user weak", "+cluster|nodes", "+config|get");
        onAll(jedis -> jedis.aclDelUser("weak"));
    }

    // --- the cluster

    @Test
    void views_that_differ() {
        try (Jedis jedis = cache.jedis("cache-0")) {
            deleteKeys(jedis, 0);
            jedis.clusterSetSlotNode(0, cache.nodeId("cache-2"));
            Awaitility.await().until(() -> !view("cache-0").equals(view("cache-1")));
            try {
                refused("cache-1", Reason.GateRefused, "ClusterHealthy", "views of the cluster differ", "cache-0");
            } finally {
                jedis.clusterSetSlotNode(0, cache.nodeId("cache-0"));
            }
        }
    }

    private List<String> view(String pod) {
        try (Jedis jedis = cache.jedis(pod)) {
            return jedis.clusterNodes().lines().filter(l -> l.contains("master")).map(l -> l.substring(0, 40) + l.replaceAll(".*connected", "")).sorted().toList();
        }
    }

    private static void deleteKeys(Jedis jedis, int slot) {
        jedis.clusterGetKeysInSlot(slot, 1000).forEach(jedis::del);
    }

    @Test
    void a_slot_that_somebody_is_moving() {
        try (Jedis jedis = cache.jedis("cache-0")) {
            jedis.clusterSetSlotMigrating(7, cache.nodeId("cache-2"));
            try {
                waitsUntouched("cache-1", Reason.WaitingForTurn, "NoOtherOperation", "slot 7 from cache-0 to cache-2");
            } finally {
                jedis.clusterSetSlotStable(7);
            }
        }
        try (Jedis jedis = cache.jedis("cache-2")) {
            jedis.clusterSetSlotImporting(7, cache.nodeId("cache-0"));
            try {
                waitsUntouched("cache-1", Reason.WaitingForTurn, "NoOtherOperation", "slot 7 from cache-0 to cache-2");
            } finally {
                jedis.clusterSetSlotStable(7);
            }
        }
    }

    @Test
    void slots_that_nobody_owns() {
        try (Jedis jedis = cache.jedis("cache-0")) {
            deleteKeys(jedis, 9);
        }
        // the owner first: as long as it claims the slot the others learn it again
        onAll(jedis -> jedis.clusterDelSlots(9));
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> cache.pods().stream().allMatch(pod -> state(pod).contains("cluster_state:fail")));
        try (Jedis jedis = cache.jedis("cache-0")) {
            try {
                refused("cache-1", Reason.GateRefused, "ClusterHealthy", "1 slots are owned by no node: 9");
            } finally {
                jedis.clusterAddSlots(9);
            }
        }
    }

    private String state(String pod) {
        try (Jedis jedis = cache.jedis(pod)) {
            return jedis.clusterInfo();
        }
    }

    @Test
    void a_primary_in_another_namespace() {
        String elsewhere = ground.namespace + "-b";
        ground.client.namespaces().resource(new io.fabric8.kubernetes.api.model.NamespaceBuilder().withNewMetadata().withName(elsewhere).endMetadata().build()).create();
        try (RedisCluster wide = cluster("wide").primaries(1).replicasPerPrimary(1).create()) {
            LonePod stranger = LonePod.running(ground.client, elsewhere, "stranger", "valkey:9.1", "worker-3", "--save", "");
            try (Jedis member = wide.jedis("wide-0"); Jedis jedis = stranger.jedis()) {
                member.clusterMeet(stranger.ip(), 6379);
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> jedis.clusterInfo().contains("cluster_known_nodes:3"));
                String id = jedis.clusterMyId();
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> member.clusterNodes().contains(id) && !member.clusterNodes().contains("handshake")
                        && jedis.clusterInfo().contains("cluster_slots_ok:16384"));
                jedis.clusterSetSlotNode(3, id);
                member.clusterSetSlotNode(3, id);
                jedis.clusterBumpEpoch();
            }
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
                try (Jedis replica = wide.jedis("wide-1")) {
                    return replica.clusterNodes().lines().anyMatch(l -> l.contains(stranger.ip()) && l.endsWith(" 3"));
                }
            });
            refused(new RedisCluster[] {cache, wide}, "wide-0", spec -> { }, Reason.GateRefused, "ClusterHealthy", stranger.ip(), "no pod of this namespace");
        }
    }

    @Test
    void a_primary_elsewhere_that_does_not_answer() {
        ground.kubelet.freeze(ground.namespace + "/cache-2");
        awaitUnready("cache-2");
        refused("cache-1", Reason.GateRefused, "ClusterHealthy", "cache-2");
    }

    /** A status that the kubelet writes while the world is compared would be a change. */
    private void awaitUnready(String pod) {
        Awaitility.await(pod + " not ready").atMost(Duration.ofSeconds(20)).until(() -> !cache.isReady(pod));
    }

    // --- majority

    @Test
    void another_primary_in_maintenance_and_no_majority_without_this_one() {
        maintenances.on("first", "cache-1");
        maintenances.awaitReady("first", Reason.InMaintenance);
        refused("cache-2", Reason.GateRefused, "QuorumSafe", "1 of 3", "2 are needed", "cache-2", "cache-4");
    }

    @Test
    void two_primaries_on_one_machine_and_a_primary_without_replica() {
        try (RedisCluster bare = cluster("bare").primaries(3).replicasPerPrimary(0).layout("worker-1", "worker-1", "worker-2").create()) {
            RedisCluster[] both = {cache, bare};
            refused(both, "bare-0", spec -> { }, Reason.GateRefused, "QuorumSafe", "1 of 3", "bare-0", "bare-1");
            refused(both, "bare-2", spec -> spec.setDemoteNode(true), Reason.NoEligibleReplica, "bare-2 has no replica");
        }
    }

    // --- the pods' owner

    @Test
    void an_update_of_the_pods_by_their_owner_refuses_as_long_as_one_is_away_and_not_when_it_stands_still() {
        cache.pods().forEach(pod -> revision(pod, pod.equals("cache-5") ? "cache-7b4" : "cache-5d9"));
        try {
            ground.kubelet.freeze(ground.namespace + "/cache-5");
            awaitUnready("cache-5");
            // no other gate has anything against it
            refused("cache-1", Reason.GateRefused, "NoOtherOperation", "StatefulSet cache", "cache-7b4 on cache-5", "replaced: cache-5", "wait until");
            ground.kubelet.thaw(ground.namespace + "/cache-5");
            maintenances.on("still", "cache-1", spec -> spec.setDryRun(true));
            maintenances.await("still", "planned", m -> Maintenances.has(m, ConditionType.Ready, ConditionStatus.False, Reason.Planned));
        } finally {
            cache.pods().forEach(pod -> revision(pod, "cache-7b4"));
        }
    }

    @Test
    void an_update_between_two_pods_refuses_and_one_that_a_partition_holds_does_not() {
        cache.pods().forEach(pod -> revision(pod, pod.equals("cache-5") ? "cache-7b4" : "cache-5d9"));
        var sets = ground.client.apps().statefulSets().inNamespace(ground.namespace);
        StatefulSet owner = sets.resource(new StatefulSetBuilder().withNewMetadata().withName("cache").endMetadata().withNewSpec().withReplicas(6).withMinReadySeconds(30)
                .withServiceName("cache").withNewSelector().addToMatchLabels("app", "cache").endSelector().withNewTemplate().withNewMetadata().addToLabels("app", "cache").endMetadata()
                .withNewSpec().addNewContainer().withName("server").withImage("valkey:9.1").endContainer().endSpec().endTemplate().endSpec().build()).create();
        try {
            sets.withName("cache").editStatus(s -> new StatefulSetBuilder(s).withNewStatus().withReplicas(6).withUpdatedReplicas(1).withCurrentRevision("cache-5d9")
                    .withUpdateRevision("cache-7b4").endStatus().build());
            refused("cache-1", Reason.GateRefused, "NoOtherOperation", "StatefulSet cache", "cache-7b4 on cache-5", "still to be replaced: cache-0");
            sets.withName("cache").edit(s -> new StatefulSetBuilder(s).editSpec().withNewUpdateStrategy().withType("RollingUpdate").withNewRollingUpdate().withPartition(5)
                    .endRollingUpdate().endUpdateStrategy().endSpec().build());
            maintenances.on("held", "cache-1", spec -> spec.setDryRun(true));
            maintenances.await("held", "planned", m -> Maintenances.has(m, ConditionType.Ready, ConditionStatus.False, Reason.Planned));
        } finally {
            ground.client.resource(owner).delete();
            cache.pods().forEach(pod -> revision(pod, "cache-7b4"));
        }
    }

    @Test
    void a_lease_that_somebody_else_holds() {
        ground.client.resource(new LeaseBuilder().withNewMetadata().withNamespace(ground.namespace).withName(NamespaceLease.NAME).endMetadata()
                .withNewSpec().withHolderIdentity("alice").withLeaseDurationSeconds(3600).endSpec().build()).forceConflicts().serverSideApply();
        waitsUntouched("cache-1", Reason.WaitingForLease, "alice", "3600 s", "delete the Lease");
        ground.client.leases().inNamespace(ground.namespace).withName(NamespaceLease.NAME).delete();
    }

    private void revision(String pod, String hash) {
        ground.client.pods().inNamespace(ground.namespace).withName(pod).edit(p -> new PodBuilder(p).editMetadata()
                .addToLabels("controller-revision-hash", hash).withOwnerReferences(new OwnerReferenceBuilder().withApiVersion("apps/v1").withKind("StatefulSet")
                        .withName("cache").withUid("00000000-0000-0000-0000-000000000001").withController(true).build()).endMetadata().build());
    }

    // --- copies

    @Test
    void the_only_replica_on_the_same_machine() {
        refused("cache-0", spec -> spec.setDemoteNode(true), Reason.NoEligibleReplica, "cache-3", "shares a machine");
    }

    @Test
    void the_only_replica_on_a_cordoned_machine() {
        cordon(true);
        try {
            refused("cache-1", spec -> spec.setDemoteNode(true), Reason.NoEligibleReplica, "cache-4", "cordoned");
        } finally {
            cordon(false);
        }
    }

    private void cordon(boolean closed) {
        ground.client.nodes().withName("worker-3").edit(n -> new NodeBuilder(n).editSpec().withUnschedulable(closed ? true : null).endSpec().build());
    }

    @Test
    void the_only_replica_frozen() {
        ground.kubelet.freeze(ground.namespace + "/cache-4");
        awaitUnready("cache-4");
        refused("cache-1", spec -> spec.setDemoteNode(true), Reason.NoEligibleReplica, "cache-4", "does not answer");
    }

    @Test
    void the_only_replica_cut_off_from_its_primary() {
        try (Jedis primary = cache.jedis("cache-1"); Jedis replica = cache.jedis("cache-4")) {
            // the primary has no password, so a replica that shows one is turned away
            replica.configSet("primaryauth", "unwanted");
            primary.clientKill(new ClientKillParams().type(ClientType.REPLICA));
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> replica.info("replication").contains("master_link_status:down"));
            try {
                refused("cache-1", Reason.GateRefused, "RedundancyKept", "no in-sync copy", "cache-4");
            } finally {
                replica.configSet("primaryauth", "");
            }
        }
    }

    @Test
    void writes_that_would_stop() {
        onAll(jedis -> jedis.configSet("min-replicas-to-write", "1"));
        try {
            refused("cache-1", Reason.GateRefused, "RedundancyKept", "min-replicas-to-write is 1", "0 good replica(s)");
            refused("cache-4", Reason.GateRefused, "RedundancyKept", "min-replicas-to-write is 1", "0 good replica(s)");
        } finally {
            onAll(jedis -> jedis.configSet("min-replicas-to-write", "0"));
        }
    }

    // --- what this version does not do

    @Test
    void options_of_later_versions() {
        refused("cache-1", spec -> spec.setOverrideGates(List.of("CapacityAvailable")), Reason.InsufficientCapacity, "CapacityAvailable", "cannot be passed over");
        refused(null, spec -> spec.setNodeName("worker-99"), Reason.KubernetesNodeNotFound, "worker-99");
    }

    // --- snapshots

    @Test
    void a_leftover_snapshot_of_another_node() {
        String text = """
                format: 1
                pod: cache-1
                nodeId: %1$s
                activation: 11111111-2222-3333-4444-555555555555
                takenBy: last-year
                takenAt: 2025-01-01T00:00:00Z
                reason: ""
                server: valkey 9.1.2
                currentEpoch: 6
                dataBytes: 0
                volumes: [data-cache-1]
                settings: {}
                cluster:
                - {pod: cache-1, nodeId: %1$s, host: 127.0.0.1, port: 6379, role: primary, slots: 5461-10921, configEpoch: 2}
                """.formatted("a".repeat(40));
        ground.client.resource(new ConfigMapBuilder().withNewMetadata().withNamespace(ground.namespace).withName("maintenance-cache-1-old")
                .addToLabels("redis-maintenance.dev/snapshot", "maintenance").addToLabels("redis-maintenance.dev/pod", "cache-1")
                .addToLabels("redis-maintenance.dev/node-id", "a".repeat(40)).endMetadata().addToData("snapshot.yaml", text).build()).create();
        try {
            refused("cache-1", Reason.SnapshotUnusable, "maintenance-cache-1-old", "aaaaaaaa", "overwriteSnapshot");
        } finally {
            ground.client.configMaps().inNamespace(ground.namespace).withName("maintenance-cache-1-old").delete();
        }
    }
}
