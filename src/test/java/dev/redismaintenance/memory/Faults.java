package dev.redismaintenance.memory;

import dev.redismaintenance.cluster.Role;
import dev.redismaintenance.cluster.Setting;
import dev.redismaintenance.cluster.SlotRanges;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** What no operator can prevent: machines, disks and power fail, and people put a hand in. */
public final class Faults {
    private final Random random;
    private final InMemoryCluster cluster;
    private final Pods pods;
    private final Consumer<String> teller;
    private final Runnable snapshotDeleted;

    /** @param snapshotDeleted somebody deletes one of the snapshots, where there is one */
    public Faults(Random random, InMemoryCluster cluster, Pods pods, Consumer<String> teller, Runnable snapshotDeleted) {
        this.random = random;
        this.cluster = cluster;
        this.pods = pods;
        this.teller = teller;
        this.snapshotDeleted = snapshotDeleted;
    }

    /** One of them, and maybe some time. */
    public void happen() {
        String pod = any(pods.known());
        switch (random.nextInt(14)) {
            case 0 -> {
                tell("killed: " + pod);
                cluster.kill(pod);
            }
            case 1 -> {
                if (pods.exists(pod) && !cluster.up(pod)) {
                    tell("restarted: " + pod);
                    cluster.restart(pod);
                }
            }
            case 2 -> {
                if (pods.exists(pod)) {
                    tell("deleted: " + pod);
                    pods.delete(pod);
                }
            }
            case 3 -> pods.known().stream().filter(p -> !pods.exists(p)).findFirst().ifPresent(p -> {
                tell("recreated: " + p);
                pods.recreate(p);
            });
            case 4 -> {
                tell("somebody asks " + pod + " to take over");
                cluster.personFailsOver(pod);
            }
            case 5 -> {
                tell("restarted in place: " + pod);
                if (pods.exists(pod)) {
                    cluster.kill(pod);
                    cluster.restart(pod);
                }
            }
            case 6 -> loseDisk(pod);
            case 7 -> {
                if (random.nextInt(3) == 0) {
                    tell("the power is cut");
                    pods.cutPower();
                }
            }
            case 8 -> {
                String machine = pods.machineOf(any(pods.known()));
                tell("moved: " + pod + " from " + pods.machineOf(pod) + " to " + machine);
                pods.moveTo(pod, machine);
            }
            case 9 -> {
                tell("somebody takes off the mark of " + pod);
                pods.unmark(pod);
            }
            case 10 -> setByHand(pod);
            case 11 -> moveByHand();
            case 12 -> {
                if (random.nextInt(3) == 0) {
                    snapshotDeleted.run();
                }
            }
            default -> {
                boolean cut = random.nextBoolean();
                tell((cut ? "link cut: " : "link mended: ") + pod);
                cluster.cutLink(pod, cut);
            }
        }
        cluster.tick(random.nextInt(4) == 0 ? random.nextInt(15) : 0);
    }

    /** A machine is gone at once, and all that runs on it; what was on its disks is there when it comes up again. */
    public void machineFails(String machine) {
        tell("failed: " + machine);
        pods.known().stream().filter(p -> pods.machineOf(p).equals(machine) && pods.exists(p)).forEach(cluster::kill);
    }

    /** Of one that owns no slot: whoever loses the disk of a primary loses its data, whatever anybody does. */
    private void loseDisk(String pod) {
        if (cluster.slots(pod).isEmpty()) {
            tell("disk lost: " + pod);
            pods.delete(pod);
            pods.recreateEmpty(pod);
        }
    }

    private void setByHand(String pod) {
        if (pods.exists(pod) && cluster.up(pod)) {
            String name = any(List.of(Setting.REPLICA_NO_FAILOVER, Setting.ALLOW_REPLICA_MIGRATION));
            String value = cluster.setting(pod, name).equals("yes") ? "no" : "yes";
            tell("somebody sets " + name + " " + value + " on " + pod);
            cluster.personSets(pod, name, value);
        }
    }

    private void moveByHand() {
        List<String> owners = pods.known().stream().filter(p -> pods.exists(p) && cluster.up(p) && cluster.role(p) == Role.PRIMARY
                && !cluster.slots(p).isEmpty()).toList();
        if (owners.size() > 1) {
            String from = any(owners);
            String to = any(owners);
            int[] slots = cluster.slots(from).stream().limit(1 + random.nextInt(20)).toArray();
            if (!from.equals(to) && slots.length < cluster.slots(from).count()) {
                SlotRanges some = SlotRanges.of(java.util.Arrays.stream(slots).boxed().toList());
                tell("somebody moves " + some + " from " + from + " to " + to);
                cluster.personMovesSlots(from, to, some);
            }
        }
    }

    /** All pods run again and all streams flow. */
    public void repair() {
        tell("repaired");
        pods.known().forEach(pod -> {
            if (!pods.exists(pod)) {
                pods.recreate(pod);
            } else if (!cluster.up(pod)) {
                cluster.restart(pod);
            }
            cluster.lag(pod, 0);
            cluster.cutLink(pod, false);
        });
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private void tell(String what) {
        teller.accept(what);
    }
}
