package dev.redismaintenance.docs;

import dev.redismaintenance.gate.GateName;
import dev.redismaintenance.metrics.Label;
import dev.redismaintenance.metrics.Metric;
import dev.redismaintenance.metrics.Outcome;
import dev.redismaintenance.plan.Decision;
import dev.redismaintenance.plan.Reason;
import dev.redismaintenance.plan.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which metrics, labels and words of ours does a PromQL query use, and do they exist? It looks at the words only; whether the query is
 * well-formed and does what it should says {@code promtool} ({@link AlertsIT}).
 *
 * @param selectors metric with its matchers, label to value
 * @param grouping  labels of {@code by} and {@code on}
 */
record Query(Map<String, Map<String, String>> selectors, Set<String> grouping) {
    private static final Pattern SELECTOR = Pattern.compile("\\b(redis_maintenance_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on|ignoring|without|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern SHOWN = Pattern.compile("\\{\\{\\s*(?:\\$labels\\.)?(\\w+)\\s*}}");
    private static final Map<Label, Set<String>> WORDS = Map.of(
            Label.GATE, names(GateName.values()),
            Label.REASON, names(Reason.values()),
            Label.STEP, names(Step.Kind.values()),
            Label.OUTCOME, Stream.concat(names(Outcome.values()).stream(), Arrays.stream(Decision.class.getPermittedSubclasses()).map(Class::getSimpleName))
                    .collect(Collectors.toSet()));

    static Query of(String text) {
        Map<String, Map<String, String>> selectors = new LinkedHashMap<>();
        Matcher selector = SELECTOR.matcher(text);
        while (selector.find()) {
            Map<String, String> matchers = selectors.computeIfAbsent(selector.group(1), m -> new LinkedHashMap<>());
            Matcher matcher = MATCHER.matcher(Optional.ofNullable(selector.group(2)).orElse(""));
            while (matcher.find()) {
                matchers.put(matcher.group(1), matcher.group(2));
            }
        }
        Set<String> grouping = new TreeSet<>();
        Matcher group = GROUPING.matcher(text);
        while (group.find()) {
            grouping.addAll(Arrays.asList(group.group(1).split("\\s*,\\s*")));
        }
        return new Query(selectors, grouping);
    }

    /** Labels that a summary or a legend shows. */
    static Set<String> shownBy(String text) {
        return SHOWN.matcher(text).results().map(r -> r.group(1)).collect(Collectors.toSet());
    }

    /** All that the metrics of this query have. */
    Set<String> labels() {
        return selectors.keySet().stream().flatMap(name -> metric(name).stream()).flatMap(m -> m.labels().stream()).map(Label::text).collect(Collectors.toSet());
    }

    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        if (selectors.isEmpty()) {
            complaints.add("no metric is asked for");
        }
        selectors.forEach((name, matchers) -> metric(name).ifPresentOrElse(metric -> matchers.forEach((label, value) -> {
            Optional<Label> known = metric.labels().stream().filter(l -> l.text().equals(label)).findFirst();
            known.ifPresentOrElse(l -> complaints.addAll(wrong(l, value)), () -> complaints.add(name + " has no label " + label));
        }), () -> complaints.add("no metric " + name)));
        grouping.stream().filter(label -> !labels().contains(label)).forEach(label -> complaints.add("no metric here has the label " + label));
        return complaints;
    }

    private static List<String> wrong(Label label, String value) {
        Optional<Set<String>> words = Optional.ofNullable(WORDS.get(label));
        return words.isEmpty() || value.startsWith("$") ? List.of() : Stream.of(value.split("\\|")).filter(word -> !words.get().contains(word))
                .map(word -> label.text() + " has no value " + word).toList();
    }

    private static Optional<Metric> metric(String name) {
        return Stream.of(Metric.values()).filter(m -> m.series().contains(name)).findFirst();
    }

    private static Set<String> names(Enum<?>[] all) {
        return Arrays.stream(all).map(Enum::name).collect(Collectors.toSet());
    }
}
