package dev.redismaintenance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.redismaintenance.kubernetes.Kubernetes.Event;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arrows of the house, as DESIGN says: what decides knows nothing of what it decides about but values. */
class ArchitectureTest {
    private static final String HOUSE = "dev.redismaintenance..";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.redismaintenance");

    private static String room(String name) {
        return "dev.redismaintenance." + name + "..";
    }

    private static void mayOnlyUse(String name, String... others) {
        String[] allowed = new String[others.length + 1];
        allowed[0] = room(name);
        for (int i = 0; i < others.length; i++) {
            allowed[i + 1] = room(others[i]);
        }
        noClasses().that().resideInAPackage(room(name))
                .should().dependOnClassesThat(resideInAPackage(HOUSE).and(not(resideInAnyPackage(allowed))))
                .allowEmptyShould(true).check(CLASSES);
    }

    @Test
    void the_view_of_the_cluster_knows_nothing_else() {
        mayOnlyUse("cluster");
    }

    @Test
    void gates_know_the_view_and_planners_know_the_gates() {
        mayOnlyUse("gate", "cluster");
        mayOnlyUse("plan", "gate", "cluster");
    }

    @Test
    void what_decides_knows_neither_kubernetes_nor_a_client_nor_a_socket() {
        noClasses().that().resideInAnyPackage(room("cluster"), room("gate"), room("plan"))
                .should().dependOnClassesThat().resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..", "io.quarkus..", "io.quarkiverse..",
                        "jakarta..", "redis.clients..", "java.net..", "java.nio.channels..", "java.io..", "java.util.concurrent..")
                .allowEmptyShould(true).check(CLASSES);
    }

    @Test
    void what_decides_has_no_clock() {
        noClasses().that().resideInAnyPackage(room("cluster"), room("gate"), room("plan"))
                .should().callMethod(System.class, "currentTimeMillis")
                .orShould().callMethod(System.class, "nanoTime")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.time.Clock")
                .allowEmptyShould(true).check(CLASSES);
    }

    @Test
    void servers_are_talked_to_in_values_of_the_view() {
        mayOnlyUse("server", "cluster");
        noClasses().that().resideInAPackage(room("server")).should().dependOnClassesThat().resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..")
                .allowEmptyShould(true).check(CLASSES);
    }

    @Test
    void the_api_server_is_talked_to_in_values_of_the_view_and_snapshots() {
        mayOnlyUse("kubernetes", "api", "cluster", "snapshot");
    }

    @Test
    void snapshots_hold_values_of_the_view_and_know_texts_but_no_api_server() {
        mayOnlyUse("snapshot", "cluster");
        noClasses().that().resideInAPackage(room("snapshot"))
                .should().dependOnClassesThat(resideInAPackage("io.fabric8..").and(not(resideInAnyPackage("io.fabric8.kubernetes.api.model..",
                        "io.fabric8.kubernetes.client.utils.."))).and(not(simpleName("KubernetesClientException"))))
                .orShould().dependOnClassesThat().resideInAnyPackage("redis.clients..", "io.javaoperatorsdk..")
                .allowEmptyShould(true).check(CLASSES);
    }

    @Test
    void only_the_client_of_the_servers_knows_the_servers_client() {
        classes().that(resideInAPackage(HOUSE).and(not(resideInAPackage(room("server")))))
                .should().onlyDependOnClassesThat(not(resideInAPackage("redis.clients..")))
                .allowEmptyShould(true).check(CLASSES);
    }

    @Test
    void servers_kubernetes_and_snapshots_do_not_know_who_uses_them() {
        noClasses().that().resideInAnyPackage(room("server"), room("kubernetes"), room("snapshot"))
                .should().dependOnClassesThat().resideInAnyPackage(room("operator"), room("plan"), room("gate"))
                .allowEmptyShould(true).check(CLASSES);
    }

    @Test
    void the_custom_resource_knows_nothing_of_the_house() {
        mayOnlyUse("api");
    }

    @Test
    void numbers_are_made_of_what_the_custom_resource_says() {
        mayOnlyUse("metrics", "api");
        noClasses().that().resideInAPackage(room("metrics")).should().dependOnClassesThat().resideInAnyPackage("io.micrometer..", "io.fabric8..")
                .allowEmptyShould(true).check(CLASSES);
    }

    @Test
    void there_is_no_circle() {
        slices().matching("dev.redismaintenance.(*)..").should().beFreeOfCycles().allowEmptyShould(true).check(CLASSES);
    }

    /** Beside those of {@code EventReason} only the phase, whose reasons are listed as well. */
    @Test
    void no_event_is_made_that_the_documentation_does_not_list() {
        noClasses().that(not(simpleName("EventReason").or(simpleName("Transitions"))))
                .should().callConstructor(Event.class, boolean.class, String.class, String.class, String.class).check(CLASSES);
    }

    /** Java reads it once, at the first name that anybody looks up. */
    @Test
    void the_process_begins_by_having_java_forget_names_soon() {
        List<String> calls = CLASSES.get("dev.redismaintenance.operator.OperatorMain").getMethod("main", String[].class).getMethodCallsFromSelf().stream()
                .sorted(Comparator.comparing(JavaMethodCall::getLineNumber)).map(call -> call.getTargetOwner().getSimpleName() + "." + call.getName()).toList();
        assertEquals(List.of("NameCache.isShort", "Quarkus.run"), calls);
    }
}
