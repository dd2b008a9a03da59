package dev.redismaintenance.operator;

import dev.redismaintenance.api.GateAnswer;
import dev.redismaintenance.api.GateStatus;
import dev.redismaintenance.api.NodeMaintenanceStatus;
import dev.redismaintenance.api.PlanStep;
import dev.redismaintenance.gate.Verdict;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Rehearsal;
import dev.redismaintenance.plan.Rehearsal.Foreseen;
import java.util.Optional;

/** What does the status say of a dry run? */
final class PlanReport {
    private PlanReport() {
    }

    static void fill(NodeMaintenanceStatus status, Rehearsal rehearsal) {
        status.setPlan(rehearsal.steps().stream().map(PlanReport::step).toList());
        // of one that is not foreseen to get there, or leads out of it, nothing is known
        if (rehearsal.end() instanceof Decision.Done && rehearsal.end().reason() == Reason.InMaintenance) {
            Optional.ofNullable(status.getFailureTolerance()).ifPresent(t -> t.setInMaintenance(rehearsal.survivesInMaintenance()));
        }
    }

    static GateStatus gate(Verdict verdict) {
        return new GateStatus(verdict.gate().name(), GateAnswer.valueOf(verdict.answer().name()), verdict.message());
    }

    static PlanStep step(Foreseen foreseen) {
        PlanStep step = new PlanStep(foreseen.step().kind().name(), foreseen.from().orElse(null), foreseen.to().orElse(null), foreseen.bytes(), foreseen.message());
        step.setGates(foreseen.gates().stream().map(PlanReport::gate).toList());
        step.setSeconds(foreseen.seconds());
        step.setSurvives(foreseen.survives());
        return step;
    }
}
