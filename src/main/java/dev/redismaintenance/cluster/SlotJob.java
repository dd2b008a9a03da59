package dev.redismaintenance.cluster;

/**
 * An atomic migration of slots that a server is carrying out or has ended, as that server tells.
 *
 * @param export  told by the source (else by the target)
 * @param state   in the server's words
 * @param active  it has not ended yet
 * @param message what the server adds to the state; empty for nothing
 */
public record SlotJob(String id, boolean export, SlotRanges slots, NodeId source, NodeId target, String state, boolean active,
                      String message) {
}
