package dev.redismaintenance.operator;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.chart.Chart;
import dev.redismaintenance.ground.ApiServer;
import dev.redismaintenance.ground.ControlPlane;
import dev.redismaintenance.ground.Definitions;
import dev.redismaintenance.ground.TestKubelet;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;

/** A real API server with our resource definition, a namespace of its own, and a kubelet with three machines. */
public final class Ground implements AutoCloseable {
    private static final String CRD = "crds/nodemaintenances.redis-maintenance.dev-v1.yml";

    public final ApiServer api;
    public final KubernetesClient client;
    public final TestKubelet kubelet;
    public final String namespace = "t-" + UUID.randomUUID().toString().substring(0, 8);

    private Optional<KubernetesClient> account = Optional.empty();
    private boolean granted;

    public Ground() {
        this(3);
    }

    public Ground(int machines) {
        api = ControlPlane.shared();
        client = api.client();
        install(client);
        client.namespaces().resource(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build()).create();
        kubelet = TestKubelet.on(client).nodes(machines).start();
    }

    /** A client of the operator's own ServiceAccount, with the rights that the chart gives it for this namespace and no others. */
    public synchronized KubernetesClient account() {
        if (account.isEmpty()) {
            account = Optional.of(new KubernetesClientBuilder().withConfig(accountConfig()).build());
        }
        return account.get();
    }

    /** The same for a client that a test makes itself. */
    Config accountConfig() {
        grant();
        return impersonating();
    }

    private Config impersonating() {
        return new ConfigBuilder(api.config()).withImpersonateUsername("system:serviceaccount:" + namespace + ":" + Chart.NAME).build();
    }

    /** The same for a process, with a token as the kubelet would give it. */
    String accountKubeconfig() {
        grant();
        return kubeconfig(namespace);
    }

    /** As {@link #accountKubeconfig()}, for the operator's ServiceAccount of another namespace, which has to be there. */
    String kubeconfig(String home) {
        String token = client.serviceAccounts().inNamespace(home).withName(Chart.NAME)
                .tokenRequest(new TokenRequestBuilder().withNewSpec().withExpirationSeconds(3600L).endSpec().build()).getStatus().getToken();
        String kubeconfig = api.kubeconfig().replaceFirst("token: \"[^\"]*\"", "token: \"" + token + "\"");
        if (!kubeconfig.contains(token)) {
            throw new IllegalStateException("the administrator's kubeconfig has no token that could be replaced");
        }
        return kubeconfig;
    }

    /** Once: what a test takes away afterwards stays away. Returns when the API server has noticed. */
    private synchronized void grant() {
        if (granted) {
            return;
        }
        rights().forEach(right -> client.resource(right).serverSideApply());
        granted = true;
        try (KubernetesClient same = new KubernetesClientBuilder().withConfig(impersonating()).build()) {
            Awaitility.await("the rights of the operator's account").atMost(Duration.ofSeconds(20))
                    .until(() -> may(same, "list", "pods", Optional.of(namespace)) && may(same, "list", "nodes", Optional.empty()));
        }
    }

    /** What the API server says, which is behind its objects for a moment. */
    static boolean may(KubernetesClient account, String verb, String resource, Optional<String> namespace) {
        return account.authorization().v1().selfSubjectAccessReview().create(new SelfSubjectAccessReviewBuilder().withNewSpec().withNewResourceAttributes()
                .withNamespace(namespace.orElse(null)).withResource(resource).withVerb(verb).endResourceAttributes().endSpec().build()).getStatus().getAllowed();
    }

    /** Of the chart: the ServiceAccount, and what makes it one that may do something in this namespace, and with Kubernetes Nodes. */
    List<HasMetadata> rights() {
        return Chart.objects(namespace, "{watchNamespaces: [" + namespace + "], nodeName: { allowed: true }, userRoles: { create: false }}").stream()
                .filter(o -> o instanceof ServiceAccount || o.getApiVersion().startsWith("rbac.authorization.k8s.io/")).toList();
    }

    /** A client of a user who has these verbs on NodeMaintenances of the namespace, and no other right. */
    KubernetesClient user(String name, String... verbs) {
        client.resource(new RoleBuilder().withNewMetadata().withNamespace(namespace).withName(name).endMetadata()
                .withRules(new PolicyRuleBuilder().withApiGroups("redis-maintenance.dev").withResources("nodemaintenances").withVerbs(verbs).build()).build()).create();
        client.resource(new RoleBindingBuilder().withNewMetadata().withNamespace(namespace).withName(name).endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", name)
                .addNewSubject().withKind("User").withName(name).withApiGroup("rbac.authorization.k8s.io").endSubject().build()).create();
        return new KubernetesClientBuilder().withConfig(new ConfigBuilder(api.config()).withImpersonateUsername(name).build()).build();
    }

    /** Applies the checked-in resource definition and waits until it is served. */
    public static void install(KubernetesClient client) {
        try (InputStream file = new FileInputStream(CRD)) {
            client.load(file).serverSideApply();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await("the resource definition").atMost(Duration.ofSeconds(20))
                .until(() -> Definitions.established(client, "nodemaintenances.redis-maintenance.dev"));
        // for a while it answers 429 all the same, which not every client here tries again
        client.resources(NodeMaintenance.class).inAnyNamespace().list(new ListOptionsBuilder().withResourceVersion("0").build());
    }

    @Override
    public void close() {
        kubelet.close();
        account.ifPresent(KubernetesClient::close);
        client.close();
    }
}
