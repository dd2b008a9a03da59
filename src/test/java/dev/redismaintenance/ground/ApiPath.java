package dev.redismaintenance.ground;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What does the path of a request to the Kubernetes API name?
 *
 * @param collection the path of all objects of this kind
 * @param subresource empty for the object itself
 */
record ApiPath(String collection, String plural, Optional<String> name, String subresource, String query) {

    private static final String REST =
            "(?:/namespaces/[^/]+)?/(?<plural>[a-z]+))(?:/(?<name>[^/]+)(?:/(?<sub>[^/]+))?)?";
    private static final List<Pattern> PATTERNS = List.of(
            // Namespaces themselves read like the prefix of what is in them.
            Pattern.compile("(?<collection>/api/v1/(?<plural>namespaces))(?:/(?<name>[^/]+)(?:/(?<sub>status|finalize))?)?"),
            Pattern.compile("(?<collection>/api/v1" + REST),
            Pattern.compile("(?<collection>/apis/[^/]+/[^/]+" + REST));

    static ApiPath of(String pathAndQuery) {
        int question = pathAndQuery.indexOf('?');
        String path = question < 0 ? pathAndQuery : pathAndQuery.substring(0, question);
        String query = question < 0 ? "" : pathAndQuery.substring(question + 1);
        return PATTERNS.stream().map(pattern -> pattern.matcher(path)).filter(Matcher::matches).findFirst()
                .map(m -> new ApiPath(m.group("collection"), m.group("plural"), Optional.ofNullable(m.group("name")),
                        Optional.ofNullable(m.group("sub")).orElse(""), query))
                .orElse(new ApiPath(path, "", Optional.empty(), "", query));
    }

    Optional<String> parameter(String wanted) {
        for (String part : query.split("&")) {
            if (part.startsWith(wanted + "=")) {
                return Optional.of(URLDecoder.decode(part.substring(wanted.length() + 1), StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }

    boolean status() {
        return subresource.equals("status");
    }

    boolean pods() {
        return plural.equals("pods");
    }

    /** The object's path, without subresource and query. */
    String object() {
        return collection + name.map(n -> "/" + n).orElse("");
    }

    /** The path that is written to: the object or its status. */
    String target() {
        return object() + (status() ? "/status" : "");
    }
}
