package dev.redismaintenance.cluster;

/** Slots that are to go from one primary to another. */
public record Transfer(NodeId from, NodeId to, SlotRanges slots) {
}
