package dev.redismaintenance.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which right does the API server say is missing? Its word goes before ours: a change by the client reads first, so that what is refused may be
 * another verb than the one that was meant.
 */
public final class ForbiddenText {
    private static final Pattern REFUSAL = Pattern.compile("cannot (\\w+) resource \"([\\w/]+)\"");

    private ForbiddenText() {
    }

    /** Empty where it was not refused for lack of a right. */
    public static Optional<String> of(KubernetesClientException e) {
        return of(e, "do what was asked", "");
    }

    /**
     * @param verb     what was meant
     * @param resource of it, with its group where that helps to find it
     */
    static Optional<String> of(KubernetesClientException e, String verb, String resource) {
        if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
            return Optional.empty();
        }
        Matcher said = REFUSAL.matcher(e.getMessage());
        String meant = (verb + " " + resource).strip();
        String right = !said.find() ? meant : said.group(1) + " " + (resource.split("\\.")[0].equals(said.group(2)) ? resource : said.group(2));
        return Optional.of("the operator may not " + right + "; grant it in its Role: " + e.getMessage());
    }
}
