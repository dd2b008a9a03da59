package dev.redismaintenance.plan;

import dev.redismaintenance.cluster.OpenSlot;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.ArrayList;
import java.util.List;

/** What does an opening without restoring leave behind that it would have put right if it could? One clause each, for a person to act on. */
public final class LeftBehind {
    private LeftBehind() {
    }

    public static List<String> of(Situation s) {
        List<String> left = new ArrayList<>();
        s.recorded().ifPresent(r -> {
            left.addAll(new SettingsBack(s, r).left());
            SlotRanges open = SlotRanges.of(s.view().openSlots().stream().map(OpenSlot::slot).toList()).common(s.ours());
            if (!open.isEmpty()) {
                left.add("slots " + open + " are half-way in a move; close them with the server's own cluster tool (--cluster fix)");
            }
        });
        return left;
    }
}
