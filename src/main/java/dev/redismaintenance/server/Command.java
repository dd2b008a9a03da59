package dev.redismaintenance.server;

import java.util.List;

/** One command as it is sent, word by word. Its text may be shown: none with a secret is made of it. */
record Command(List<String> words) {

    Command {
        words = List.copyOf(words);
    }

    static Command of(String... words) {
        return new Command(List.of(words));
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
