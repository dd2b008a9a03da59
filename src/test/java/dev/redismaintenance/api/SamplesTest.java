package dev.redismaintenance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Are the manifests we show to users written as our types say? */
class SamplesTest {
    private static final Pattern BARE_MODE = Pattern.compile("(?m)^\\s*mode:\\s*+[^\"]");

    @ParameterizedTest
    @MethodSource("dev.redismaintenance.api.Samples#files")
    void a_sample_has_no_misspelt_field(Path sample) throws Exception {
        NodeMaintenance read = JsonMapper.builder(new YAMLFactory())
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build()
                .readValue(Samples.text(sample), NodeMaintenance.class);
        assertTrue(read.getMetadata().getAdditionalProperties().isEmpty());
        assertTrue(read.getSpec().getPodName() != null ^ read.getSpec().getNodeName() != null);
    }

    @ParameterizedTest
    @MethodSource("dev.redismaintenance.api.Samples#files")
    void a_sample_quotes_its_mode_because_a_bare_On_is_true_to_kubectl(Path sample) {
        assertFalse(BARE_MODE.matcher(Samples.text(sample)).find());
    }

    @ParameterizedTest
    @MethodSource("dev.redismaintenance.api.Samples#files")
    void a_sample_says_first_what_it_is_for(Path sample) {
        assertTrue(Samples.text(sample).startsWith("# "));
    }

    @Test
    void the_first_sample_stays_as_small_as_promised() {
        String spec = Samples.text(Path.of("k8s", "samples", "enter-pod.yaml")).replaceFirst("(?s).*(?=spec:)", "");
        assertEquals(4, spec.lines().count(), spec);
    }
}
