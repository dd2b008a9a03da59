package dev.redismaintenance.kubernetes;

import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.StatefulSetSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;

/**
 * Which fields of pods, Kubernetes Nodes and StatefulSets does the operator take out of what the API server answers? The others are passed
 * over as they are read: no object is made of them, and Java needs none of the some hundred classes that a whole pod is made of.
 *
 * <p>An object that was read so must not be written back as a whole, for what was passed over would be gone. Nothing does: these
 * kinds are only ever patched, with the fields that change.
 */
public final class ReadFields {
    private ReadFields() {
    }

    /** For a mapper that has not been used yet. */
    public static void only(ObjectMapper mapper) {
        mapper.addMixIn(PodSpec.class, OfPodSpec.class).addMixIn(Container.class, OfContainer.class).addMixIn(EnvVar.class, OfEnvVar.class)
                .addMixIn(ResourceRequirements.class, OfResources.class).addMixIn(Volume.class, OfVolume.class)
                .addMixIn(PodStatus.class, OfPodStatus.class).addMixIn(ContainerStatus.class, OfContainerStatus.class)
                .addMixIn(ContainerState.class, OfContainerState.class).addMixIn(Node.class, OfNode.class).addMixIn(NodeSpec.class, OfNodeSpec.class)
                .addMixIn(StatefulSetSpec.class, OfStatefulSetSpec.class).addMixIn(StatefulSetStatus.class, OfStatefulSetStatus.class);
    }

    @JsonIncludeProperties({"nodeName", "containers", "volumes", "readinessGates"})
    private interface OfPodSpec {
    }

    @JsonIncludeProperties({"name", "image", "command", "args", "env", "ports", "resources"})
    private interface OfContainer {
    }

    @JsonIncludeProperties({"name", "value"})
    private interface OfEnvVar {
    }

    @JsonIncludeProperties("limits")
    private interface OfResources {
    }

    @JsonIncludeProperties({"name", "persistentVolumeClaim"})
    private interface OfVolume {
    }

    @JsonIncludeProperties({"phase", "podIP", "podIPs", "conditions", "containerStatuses"})
    private interface OfPodStatus {
    }

    @JsonIncludeProperties({"name", "state"})
    private interface OfContainerStatus {
    }

    @JsonIncludeProperties("running")
    private interface OfContainerState {
    }

    @JsonIncludeProperties({"apiVersion", "kind", "metadata", "spec"})
    private interface OfNode {
    }

    @JsonIncludeProperties("unschedulable")
    private interface OfNodeSpec {
    }

    @JsonIncludeProperties("updateStrategy")
    private interface OfStatefulSetSpec {
    }

    @JsonIncludeProperties("updateRevision")
    private interface OfStatefulSetStatus {
    }
}
