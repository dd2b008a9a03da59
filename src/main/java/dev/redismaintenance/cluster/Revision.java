package dev.redismaintenance.cluster;

/**
 * Which version of its owner's template a pod was made from.
 *
 * @param owner what made the pod, kind and name
 * @param hash  the label {@code controller-revision-hash}, which StatefulSets and DaemonSets put on their pods
 */
public record Revision(String owner, String hash) {
}
