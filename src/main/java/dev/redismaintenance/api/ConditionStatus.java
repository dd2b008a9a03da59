package dev.redismaintenance.api;

/** Whether a condition holds. */
public enum ConditionStatus {
    /** It holds. */
    True,
    /** It does not hold. */
    False,
    /** It was not looked at yet, or could not be. */
    Unknown
}
