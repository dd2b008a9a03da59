package dev.redismaintenance.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** An object as the operator has it, which reads some fields only. */
public final class AsRead {
    private static final KubernetesSerialization WHOLE = new KubernetesSerialization();

    private AsRead() {
    }

    /** How the operator's client reads. */
    public static KubernetesSerialization serialization() {
        ObjectMapper mapper = new ObjectMapper();
        ReadFields.only(mapper);
        return new KubernetesSerialization(mapper, true);
    }

    static <T extends KubernetesResource> T of(T whole, Class<T> kind) {
        return serialization().unmarshal(WHOLE.asJson(whole), kind);
    }
}
