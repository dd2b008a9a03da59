package dev.redismaintenance.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a node is in its shard, as the cluster said at the last look. */
public enum NodeRole {
    /** It answers for its slots, or would if it owned any. */
    @JsonProperty("primary") PRIMARY,
    /** It follows a primary. */
    @JsonProperty("replica") REPLICA,
    /** The cluster could not be asked, or its members disagree. */
    @JsonProperty("unknown") UNKNOWN
}
