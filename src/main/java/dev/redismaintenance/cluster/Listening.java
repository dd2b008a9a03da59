package dev.redismaintenance.cluster;

import java.util.Optional;

/**
 * At which port a pod's server listens and whether it speaks TLS there, as far as the pod's spec says so plainly.
 *
 * @param port empty where the spec does not say, or leaves a doubt
 * @param why  what says so; without a port, why it is not plain
 */
public record Listening(Optional<Integer> port, boolean tls, String why) {
    public static final Listening UNSAID = new Listening(Optional.empty(), false, "no pod says anything of its port");
}
