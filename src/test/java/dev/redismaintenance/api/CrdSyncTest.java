package dev.redismaintenance.api;

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
}
