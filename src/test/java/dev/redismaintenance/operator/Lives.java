package dev.redismaintenance.operator;

import dev.redismaintenance.memory.CallCounter;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

/** Operators that may die at any call, and some of whose calls to the API server may fail; the next one goes on. */
final class Lives {
    /** A turn makes some ten to a hundred calls. */
    private static final int LONGEST = 300;
    private final World world;
    private final Random random;
    private final Consumer<String> teller;
    private final Function<String, FaultyKubernetes.Fault> faults;
    private int left;
    private boolean dying;
    private CallCounter counter = new CallCounter(0);
    private MaintenanceLoop operator;

    /**
     * @param left   how many of them die
     * @param faults what becomes of each call to the API server, by its name
     */
    Lives(World world, Random random, int left, Consumer<String> teller, Function<String, FaultyKubernetes.Fault> faults) {
        this.world = world;
        this.random = random;
        this.left = left;
        this.teller = teller;
        this.faults = faults;
    }

    /** Whether those that begin from now on may die. */
    void dying(boolean may) {
        dying = may;
    }

    /** One turn of an operator that may die in the middle of it. */
    void turn() {
        if (operator == null || counter.isCut()) {
            counter = new CallCounter(dying && left-- > 0 ? 1 + random.nextInt(LONGEST) : 0);
            counter.bury();
            operator = world.operator(counter, FaultyKubernetes.of(CountedKubernetes.of(world.kubernetes, counter), faults));
        }
        try {
            world.turn(operator);
        } catch (Error | RuntimeException e) {
            if (!counter.isCut()) {
                throw e;
            }
            teller.accept("the operator dies");
            world.passWithoutOperator();
        }
    }
}
