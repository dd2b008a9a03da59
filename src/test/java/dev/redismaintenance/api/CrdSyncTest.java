package dev.redismaintenance.api;

import dev.redismaintenance.chart.Chart;
import dev.redismaintenance.docs.GeneratedDocs;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Is the checked-in CustomResourceDefinition the one that the Java types describe? */
class CrdSyncTest {
    @Test
    void the_checked_in_definition_is_what_the_types_describe(@TempDir Path directory) {
        GeneratedDocs.check(Crd.FILE, Crd.generate(directory), "crds.update");
    }

    /** Neither Helm nor kustomize reads a file from outside its own directory. */
    @Test
    void the_copy_that_the_chart_and_the_kustomization_install_is_the_same(@TempDir Path directory) {
        GeneratedDocs.check(Chart.DIRECTORY.resolve("files").resolve(Crd.FILE.getFileName()), Crd.generate(directory), "crds.update");
    }
}
