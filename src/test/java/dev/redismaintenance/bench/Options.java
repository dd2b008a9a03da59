package dev.redismaintenance.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is to be measured? From the environment.
 *
 * @param servers     {@code BENCH_SERVERS}, names such as {@code valkey91}
 * @param megabytes   {@code BENCH_MB}, values of the shard that moves, in millions of bytes
 * @param rounds      {@code BENCH_ROUNDS}, how often each contender has its turn
 * @param slowRounds  {@code BENCH_SLOW_ROUNDS}, the same for contenders that take long and are not close to ours
 * @param sample      {@code BENCH_SAMPLE}, the same contenders move only one slot of so many
 * @param parts       {@code BENCH_PARTS}, some of {@code slots spare handover}
 * @param only        {@code BENCH_ONLY}, names of contenders; empty for all
 * @param check       {@code BENCH_CHECK}, whether a bar that is missed makes the exit status 1
 * @param directory   {@code BENCH_DIR}, where the results go
 */
record Options(List<String> servers, int megabytes, int rounds, int slowRounds, int sample, List<String> parts, List<String> only,
        boolean check, Path directory) {

    static Options fromEnvironment() {
        return new Options(words("BENCH_SERVERS", "redis70 redis80 valkey81 valkey91"), number("BENCH_MB", 512), number("BENCH_ROUNDS", 2),
                number("BENCH_SLOW_ROUNDS", 1), number("BENCH_SAMPLE", 4), words("BENCH_PARTS", "slots spare handover"), words("BENCH_ONLY", ""),
                Boolean.parseBoolean(text("BENCH_CHECK", "false")), Path.of(text("BENCH_DIR", "docs/benchmarks")));
    }

    boolean wants(Contender contender) {
        return only.isEmpty() || only.contains(contender.name());
    }

    /** {@code valkey91} as a container image. */
    static String image(String server) {
        if (!server.matches("(redis|valkey)\\d\\d")) {
            throw new IllegalArgumentException("not a server, such as valkey91: " + server);
        }
        int digits = server.length() - 2;
        return server.substring(0, digits) + ":" + server.charAt(digits) + "." + server.charAt(digits + 1);
    }

    /** The settings as one would type them to have the same run again. */
    String commandLine() {
        String some = only.isEmpty() ? "" : Text.of(" BENCH_ONLY=\"%s\"", String.join(" ", only));
        return Text.of("BENCH_SERVERS=\"%s\" BENCH_MB=%d BENCH_ROUNDS=%d BENCH_SLOW_ROUNDS=%d BENCH_SAMPLE=%d BENCH_PARTS=\"%s\"%s make bench",
                String.join(" ", servers), megabytes, rounds, slowRounds, sample, String.join(" ", parts), some);
    }

    private static List<String> words(String name, String otherwise) {
        return List.of(text(name, otherwise).trim().split("[\\s,]+")).stream().filter(word -> !word.isEmpty()).toList();
    }

    private static int number(String name, int otherwise) {
        return Integer.parseInt(text(name, String.valueOf(otherwise)));
    }

    private static String text(String name, String otherwise) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank()).orElse(otherwise);
    }
}
