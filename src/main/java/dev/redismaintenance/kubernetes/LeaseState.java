package dev.redismaintenance.kubernetes;

import java.time.Duration;

/**
 * What a Lease says.
 *
 * @param holder   empty when nobody holds it
 * @param duration for how long it is held after each renewal
 * @param since    when the holder took it, as it stands there; empty for now
 * @param version  of the object that was read; empty when there was none
 */
public record LeaseState(String holder, Duration duration, String since, String version) {
}
