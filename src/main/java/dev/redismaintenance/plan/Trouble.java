package dev.redismaintenance.plan;

/** Why something could not be looked at. */
public record Trouble(Reason reason, String message) {
}
