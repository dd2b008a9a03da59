package dev.redismaintenance.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.redismaintenance.api.ConnectionSpec;
import dev.redismaintenance.api.Patterns;
import dev.redismaintenance.kubernetes.PodReader;
import dev.redismaintenance.operator.Connections.InvalidConnection;
import java.util.regex.Pattern;

/**
 * What the annotation of a pod or of its StatefulSet says of how the servers of its cluster are reached: YAML or JSON of the same shape as {@code spec.connection}.
 * The API server has not looked at it, so what it would refuse in a manifest is refused here.
 */
final class ConnectionText {
    private static final ObjectReader STRICT = new YAMLMapper().readerFor(ConnectionSpec.class)
            .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int LAST_PORT = 65535;

    private ConnectionText() {
    }

    /** @param bearer whose annotation it is, such as {@code pod cache-0} */
    static ConnectionSpec read(String bearer, String text) throws InvalidConnection {
        ConnectionSpec connection;
        try {
            connection = STRICT.readValue(text);
        } catch (JsonProcessingException e) {
            // the text itself may be anything, also a password by mistake
            throw invalid(bearer, "cannot be read" + (e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr() + ")") + "; it has the shape of spec.connection, such as {port: 6379, auth: {secretName: cache-auth}}");
        }
        if (connection == null) {
            throw invalid(bearer, "is empty; remove it, or give it the shape of spec.connection");
        }
        if (connection.getPort() != null && (connection.getPort() < 1 || connection.getPort() > LAST_PORT)) {
            throw invalid(bearer, "names port " + connection.getPort() + "; ports are 1 to " + LAST_PORT);
        }
        if (connection.getAuth() != null) {
            named(bearer, "auth.secretName", connection.getAuth().getSecretName(), true);
        }
        if (connection.getTls() != null) {
            named(bearer, "tls.caSecretName", connection.getTls().getCaSecretName(), false);
            named(bearer, "tls.certSecretName", connection.getTls().getCertSecretName(), false);
        }
        return connection;
    }

    private static void named(String bearer, String field, String name, boolean needed) throws InvalidConnection {
        boolean missing = name == null || name.isEmpty();
        if (missing && needed || !missing && (name.length() > Patterns.DNS_NAME_LENGTH || !Pattern.matches(Patterns.DNS_NAME, name))) {
            throw invalid(bearer, "names no Secret in " + field);
        }
    }

    private static InvalidConnection invalid(String bearer, String what) {
        return new InvalidConnection("the annotation " + PodReader.CONNECTION + " of " + bearer + " " + what);
    }
}
