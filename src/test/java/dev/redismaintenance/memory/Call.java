package dev.redismaintenance.memory;

import java.util.List;

/** One call that somebody made: to a server, by the address it was sent to. */
public record Call(String what, String host, List<String> arguments) {
    public Call {
        arguments = List.copyOf(arguments);
    }

    /** It asks for a change, whether or not it was granted. */
    public boolean changes() {
        return !List.of("report", "denied", "keysInSlot", "count", "owned", "way").contains(what);
    }

    @Override
    public String toString() {
        return what + " " + host + (arguments.isEmpty() ? "" : " " + String.join(" ", arguments));
    }
}
