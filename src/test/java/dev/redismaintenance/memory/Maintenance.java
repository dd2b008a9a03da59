package dev.redismaintenance.memory;

import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A NodeMaintenance in a {@link Simulation}: what it asks for now, and what has been decided for it. */
public final class Maintenance {
    private final int created;
    private final List<Decision> decisions = new ArrayList<>();
    private Request request;
    private boolean wants = true;
    private boolean gone;
    private Optional<Decision> last = Optional.empty();
    private Optional<String> snapshotInStatus = Optional.empty();

    Maintenance(int created, Request request) {
        this.created = created;
        this.request = request;
    }

    public Request request() {
        return request;
    }

    public Maintenance demoteNode(boolean demote) {
        return with(new Request(request.name(), request.uid(), request.podName(), request.reason(), request.now(),
                request.overwriteSnapshot(), Optional.of(demote), request.evictHaReplica(), request.skipShardsRestore()));
    }

    public Maintenance evictHaReplica(boolean evict) {
        return with(new Request(request.name(), request.uid(), request.podName(), request.reason(), request.now(),
                request.overwriteSnapshot(), request.demoteNode(), evict, request.skipShardsRestore()));
    }

    public Maintenance overwriteSnapshot() {
        return with(new Request(request.name(), request.uid(), request.podName(), request.reason(), request.now(),
                true, request.demoteNode(), request.evictHaReplica(), request.skipShardsRestore()));
    }

    public Maintenance skipShardsRestore() {
        return with(new Request(request.name(), request.uid(), request.podName(), request.reason(), request.now(),
                request.overwriteSnapshot(), request.demoteNode(), request.evictHaReplica(), true));
    }

    /** As its status has noted. */
    public Maintenance closedSince(String since) {
        return with(new Request(request.name(), request.uid(), request.podName(), request.reason(), request.now(), since,
                request.overwriteSnapshot(), request.demoteNode(), request.evictHaReplica(), request.skipShardsRestore()));
    }

    /** {@code mode: Off}. */
    public Maintenance off() {
        wants = false;
        last = Optional.empty();
        return this;
    }

    /** {@code mode: On} again. */
    public Maintenance on() {
        wants = true;
        last = Optional.empty();
        return this;
    }

    /** The resource is no more. */
    public void remove() {
        gone = true;
        wants = false;
    }

    private Maintenance with(Request changed) {
        request = changed;
        last = Optional.empty();
        return this;
    }

    void usesSnapshot(String name) {
        snapshotInStatus = Optional.of(name);
    }

    Optional<String> snapshotInStatus() {
        return snapshotInStatus;
    }

    void decided(Decision decision) {
        decisions.add(decision);
        last = Optional.of(decision);
    }

    public String name() {
        return request.name();
    }

    public String pod() {
        return request.podName();
    }

    public boolean wants() {
        return wants;
    }

    boolean gone() {
        return gone;
    }

    boolean earlierThan(Maintenance other) {
        return created < other.created;
    }

    public Optional<Decision> last() {
        return last;
    }

    /** It has reached what it asks for, or waits for a person. */
    public boolean settled() {
        return last.filter(d -> d instanceof Decision.Done || d instanceof Decision.Refuse).isPresent();
    }

    public List<Decision> decisions() {
        return List.copyOf(decisions);
    }
}
