package dev.redismaintenance.operator;

import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Reason;
import java.time.Duration;

/**
 * How soon to look again.
 *
 * @param afterStep   after a step: its effect shows at once
 * @param handover    while a failover is awaited, which takes milliseconds
 * @param waiting     at first while something else is awaited; doubles with the time waited, up to {@code refused}
 * @param refused     while a person has to act
 * @param settled     while in maintenance: how soon a change of the picture is noticed
 * @param gossip    how long views may differ before a settled maintenance says so: every change of a cluster makes them differ
 * @param waitsTooLong after this a wait counts as stalled
 * @param overdue      after this a node that is still closed may have been forgotten
 */
public record Pace(Duration afterStep, Duration handover, Duration waiting, Duration refused, Duration settled,
                   Duration gossip, Duration waitsTooLong, Duration overdue) {
    public static final Pace DEFAULT = new Pace(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(200),
            Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofHours(4));

    /** Nothing is awaited any more; only somebody's change of the resource brings work. */
    static final Duration OVER = Duration.ofMinutes(10);
    private static final int WORK_SHARE = 40;
    private static final Duration LONGEST_WORK = Duration.ofSeconds(2);

    Pace withOverdue(Duration after) {
        return new Pace(afterStep, handover, waiting, refused, settled, gossip, waitsTooLong, after);
    }

    /** @param working a worker is moving slots: looked at often enough to go on soon after it, seldom enough to cost it little */
    Duration next(Decision decision, Duration waited, boolean working) {
        if (decision instanceof Decision.Act) {
            return afterStep;
        }
        if (decision instanceof Decision.Refuse) {
            return refused;
        }
        if (decision instanceof Decision.Planned) {
            return settled;
        }
        if (decision instanceof Decision.Done) {
            return decision.reason() == Reason.InMaintenance ? settled : decision.reason() == Reason.HeldByOthers ? refused : OVER;
        }
        if (decision.reason() == Reason.WaitingForHandover) {
            return handover;
        }
        if (working) {
            Duration share = waited.dividedBy(WORK_SHARE);
            return share.compareTo(handover) < 0 ? handover : share.compareTo(LONGEST_WORK) > 0 ? LONGEST_WORK : share;
        }
        Duration quarter = waited.dividedBy(4);
        return quarter.compareTo(waiting) < 0 ? waiting : quarter.compareTo(refused) > 0 ? refused : quarter;
    }
}
