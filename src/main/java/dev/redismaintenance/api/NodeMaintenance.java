package dev.redismaintenance.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * The request to take the cluster node in one pod, or all cluster nodes on one Kubernetes Node, out of service and to bring
 * them back exactly. There is no phase field: the printed phase is the reason of the Ready condition, one truth.
 */
@Group(NodeMaintenance.GROUP)
@Version("v1alpha1")
@Plural("nodemaintenances")
@ShortNames("rnm")
@AdditionalPrinterColumn(name = "Target", jsonPath = ".status.target", type = Type.STRING)
@AdditionalPrinterColumn(name = "Shards", jsonPath = ".status.shards", type = Type.STRING)
@AdditionalPrinterColumn(name = "Progress", jsonPath = ".status.progress", type = Type.STRING)
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason", type = Type.STRING)
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status", type = Type.STRING)
@AdditionalPrinterColumn(name = "Snapshot", jsonPath = ".status.snapshot.name", type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@AdditionalPrinterColumn(name = "Message", jsonPath = ".status.conditions[?(@.type==\"Ready\")].message", type = Type.STRING, priority = 1)
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".spec.reason", type = Type.STRING, priority = 1)
public class NodeMaintenance extends CustomResource<NodeMaintenanceSpec, NodeMaintenanceStatus> implements Namespaced {
    public static final String GROUP = "redis-maintenance.dev";
    static final String DESCRIPTION = "Takes the cluster node in one pod, or all cluster nodes on one Kubernetes Node, out of service for "
            + "maintenance and brings everything back exactly. Apply it, wait for the condition Ready, service the machine, then "
            + "delete it or set mode to \"Off\".";

    @Override
    @Required
    @JsonPropertyDescription("What is asked for. Everything but the target can be changed at any time, also while the resource is being "
            + "deleted.")
    public NodeMaintenanceSpec getSpec() {
        return super.getSpec();
    }

    /** Tools that wait compare observedGeneration with the generation; -1 keeps them from taking a fresh object for done. */
    @Override
    @Default("{\"observedGeneration\": -1}")
    @JsonPropertyDescription("What a fresh look at the cluster said last.")
    public NodeMaintenanceStatus getStatus() {
        return super.getStatus();
    }

    /** Null, so that an object made only to carry a status does not claim the spec as well. */
    @Override
    protected NodeMaintenanceSpec initSpec() {
        return null;
    }

    /** Null, so that no request carries an empty status. */
    @Override
    protected NodeMaintenanceStatus initStatus() {
        return null;
    }
}
