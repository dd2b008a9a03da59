package dev.redismaintenance.kubernetes;

import dev.redismaintenance.api.NodeMaintenance;
import dev.redismaintenance.cluster.Cordon;
import java.util.Optional;

/**
 * What the maintenance of a whole Kubernetes Node needs beside what that of a pod needs: the Node's cordon, and a NodeMaintenance for
 * each cluster node there. Each call may be repeated.
 */
public interface Machines {
    /** Annotation on the Kubernetes Node: the maintenances, as namespace/name, that it was cordoned for. */
    String CORDONED_FOR = "redis-maintenance.dev/cordoned-for";

    /** Empty where there is no Kubernetes Node of that name. */
    Optional<Cordon> cordon(String kubernetesNode) throws KubernetesException;

    /** Fails, to be tried again, when somebody has changed the Kubernetes Node since {@code seen}. */
    void changeCordon(String kubernetesNode, Cordon seen, Cordon wanted) throws KubernetesException;

    /** Keeps what is there already under this name. */
    void createMaintenance(NodeMaintenance maintenance) throws KubernetesException;

    /** Its spec and annotations become these. */
    void changeMaintenance(NodeMaintenance maintenance) throws KubernetesException;

    /** It leaves; it is gone when its node is restored. */
    void deleteMaintenance(NodeMaintenance maintenance) throws KubernetesException;
}
