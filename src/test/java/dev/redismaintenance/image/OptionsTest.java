package dev.redismaintenance.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void both_ways_to_an_image_run_it_alike() throws IOException {
        String file = Files.readString(Path.of("src/main/docker/Dockerfile"));
        Options.ENVIRONMENT.forEach((name, value) -> assertTrue(file.contains("ENV " + name + "=\"" + value + "\"\n"), name + "=" + value));
        assertTrue(file.contains("USER " + Image.USER + "\n"), Image.USER);
        assertTrue(file.contains("ENTRYPOINT [\"" + String.join("\", \"", Options.command("java", false)) + "\"]"));
    }

    @Test
    void the_cache_is_only_named_where_there_is_one() {
        assertEquals(List.of("java", "-XX:AOTCache=app.aot", "-jar", "quarkus-run.jar"), Options.command("java", true));
        assertEquals(List.of("java", "-jar", "quarkus-run.jar"), Options.command("java", false));
    }

    @Test
    void a_number_that_only_one_kind_of_processor_takes_is_not_said_on_another() {
        assertEquals(Options.DEFAULT, Options.of("aarch64"));
        assertEquals(Options.DEFAULT + " -XX:StackShadowPages=10", Options.of("amd64"));
        assertEquals(Options.ENVIRONMENT.keySet(), Options.environmentHere().keySet());
    }
}
