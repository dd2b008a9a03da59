package dev.redismaintenance.operator;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Where the process begins: what holds for all of it is set before anything asks. */
@QuarkusMain
public final class OperatorMain {
    private OperatorMain() {
    }

    /** @param args those of Quarkus */
    public static void main(String[] args) {
        NameCache.isShort();
        Quarkus.run(args);
    }
}
