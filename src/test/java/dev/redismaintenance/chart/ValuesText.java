package dev.redismaintenance.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.redismaintenance.docs.GeneratedDocs;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What do the comments of values.yaml say of each value? */
final class ValuesText {
    private static final Pattern KEY = Pattern.compile("( *)(\\w+):(.*)");

    /** A key with the comment right above it, which may be empty. */
    private record Key(int indent, String path, String comment) {
    }

    private ValuesText() {
    }

    static String table(String yaml) {
        Map<String, Object> values = Chart.documents(yaml).get(0);
        List<Key> keys = keys(yaml);
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            Key key = keys.get(i);
            boolean parent = i + 1 < keys.size() && keys.get(i + 1).indent() > key.indent();
            if (!key.comment().isEmpty()) {
                rows.add("| `" + key.path() + "` | `" + json(at(values, key.path())) + "` | " + GeneratedDocs.cell(key.comment()) + " |\n");
                // what is below it is part of its default
                while (i + 1 < keys.size() && keys.get(i + 1).indent() > key.indent()) {
                    i++;
                }
            } else if (!parent) {
                throw new IllegalStateException("values.yaml does not describe " + key.path());
            }
        }
        return rows.stream().collect(Collectors.joining("", "| value | default | what it does |\n| --- | --- | --- |\n", ""));
    }

    private static List<Key> keys(String yaml) {
        List<Key> keys = new ArrayList<>();
        List<String> comment = new ArrayList<>();
        Deque<Key> parents = new ArrayDeque<>();
        for (String line : yaml.split("\n")) {
            Matcher key = KEY.matcher(line);
            if (line.strip().startsWith("#")) {
                comment.add(line.strip().replaceFirst("^# ?", ""));
            } else if (key.matches()) {
                int indent = key.group(1).length();
                while (!parents.isEmpty() && parents.peek().indent() >= indent) {
                    parents.pop();
                }
                Key found = new Key(indent, (parents.isEmpty() ? "" : parents.peek().path() + ".") + key.group(2), String.join(" ", comment));
                keys.add(found);
                parents.push(found);
                comment.clear();
            } else {
                comment.clear();
            }
        }
        return keys;
    }

    private static Object at(Map<String, Object> values, String path) {
        Object value = values;
        for (String name : path.split("\\.")) {
            value = ((Map<?, ?>) value).get(name);
        }
        return value;
    }

    private static String json(Object value) {
        try {
            return value instanceof String text && !text.isEmpty() ? text : new JsonMapper().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
