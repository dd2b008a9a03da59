package dev.redismaintenance.server;

import dev.redismaintenance.cluster.MoveWay;
import dev.redismaintenance.ground.ToolCache;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** One server of each kind that is supported; {@code make servers} puts their programs where they are looked for. */
enum Flavour {
    REDIS_70("redis", "7.0"),
    REDIS_80("redis", "8.0"),
    VALKEY_81("valkey", "8.1"),
    VALKEY_91("valkey", "9.1");

    final String product;
    final String version;

    Flavour(String product, String version) {
        this.product = product;
        this.version = version;
    }

    /** As its fixtures and its program are named. */
    String directory() {
        return product + version.replace(".", "");
    }

    /** Has it {@code CLUSTER REPLICATE NO ONE}? */
    boolean releasesReplicas() {
        return this == VALKEY_91;
    }

    MoveWay way() {
        return this == VALKEY_91 ? MoveWay.ATOMIC_FROM_SOURCE : MoveWay.KEY_BY_KEY;
    }

    Path program() {
        Path program = servers().resolve("bin").resolve(directory() + "-server");
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException(program + " is not there: run hack/get-servers.sh, or set REDIS_MAINTENANCE_SERVERS");
        }
        return program;
    }

    private static Path servers() {
        return Optional.ofNullable(System.getenv("REDIS_MAINTENANCE_SERVERS")).map(Path::of)
                .orElseGet(() -> ToolCache.directory().resolve("servers"));
    }
}
