package dev.redismaintenance.ground;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApiPathTest {

    @Test
    void namesAnObjectAndItsSubresource() {
        ApiPath path = ApiPath.of("/apis/g.dev/v1/namespaces/n/widgets/w/status?fieldManager=a%20b&force=true");
        assertEquals("/apis/g.dev/v1/namespaces/n/widgets", path.collection());
        assertEquals("/apis/g.dev/v1/namespaces/n/widgets/w/status", path.target());
        assertEquals(Optional.of("a b"), path.parameter("fieldManager"));
        assertEquals(Optional.empty(), path.parameter("dryRun"));
    }

    @Test
    void aNamespaceIsAnObjectToo() {
        assertEquals(Optional.of("n"), ApiPath.of("/api/v1/namespaces/n").name());
        assertEquals("pods", ApiPath.of("/api/v1/namespaces/n/pods").plural());
        assertEquals(Optional.empty(), ApiPath.of("/api/v1/namespaces/n/pods").name());
    }

    @Test
    void objectsOutsideOfNamespacesHaveAName() {
        assertEquals(Optional.of("worker-1"), ApiPath.of("/api/v1/nodes/worker-1").name());
    }
}
