package dev.redismaintenance.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Is the right that is named the one that has to be granted? */
class ForbiddenTextTest {
    private static KubernetesClientException refused(String verb, String resource) {
        return new KubernetesClientException("Failure executing: GET at: https://10.0.0.1/api. Message: \"x\" is forbidden: User \"system:serviceaccount:a:b\" cannot "
                + verb + " resource \"" + resource + "\" in API group \"\" in the namespace \"cache\".", 403, null);
    }

    /** The second row is how fabric8 7 changes an object. */
    @ParameterizedTest
    @CsvSource({"patch, pods, patch, pods, patch pods", "patch, pods, get, pods, get pods", "get, leases.coordination.k8s.io, get, leases, get leases.coordination.k8s.io",
            "patch, pods/status, patch, pods/status, patch pods/status", "patch, nodemaintenances/status, get, nodemaintenances, get nodemaintenances"})
    void what_the_server_refused_is_named_and_not_what_was_meant(String verb, String resource, String saidVerb, String saidResource, String right) {
        String told = ForbiddenText.of(refused(saidVerb, saidResource), verb, resource).orElseThrow();
        assertTrue(told.startsWith("the operator may not " + right + "; grant it in its Role: "), told);
    }

    @Test
    void where_the_server_says_nothing_of_it_what_was_meant_is_named() {
        assertEquals("the operator may not list pods; grant it in its Role: by a webhook", ForbiddenText.of(new KubernetesClientException("by a webhook", 403, null), "list", "pods").orElseThrow());
    }

    @Test
    void other_refusals_are_no_lack_of_a_right() {
        assertFalse(ForbiddenText.of(new KubernetesClientException("cannot patch resource \"pods\"", 409, null), "patch", "pods").isPresent());
    }
}
