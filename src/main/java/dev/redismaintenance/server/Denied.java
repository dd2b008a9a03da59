package dev.redismaintenance.server;

import java.util.List;

/**
 * What an account lacks of what maintenance needs: each a {@code command}, a {@code command|subcommand}, or {@link #ALL_KEYS}.
 *
 * @param always what every maintenance needs
 * @param slots  what only the moving of slots needs; what this server does not have at all is not among them
 */
public record Denied(List<String> always, List<String> slots) {
    /** Access to every key, as ACL rules name it. */
    public static final String ALL_KEYS = "~*";
    public static final Denied NOTHING = new Denied(List.of(), List.of());

    public Denied {
        always = List.copyOf(always);
        slots = List.copyOf(slots);
    }
}
