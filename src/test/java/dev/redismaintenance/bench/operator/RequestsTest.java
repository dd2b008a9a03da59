package dev.redismaintenance.bench.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private static final String OPERATOR = "system:serviceaccount:home:operator";
    private final Requests requests = Requests.of(Stream.of(
            line("1", "ResponseStarted", OPERATOR, "watch", "{\"resource\":\"pods\"}", "10:00:00.100000Z"),
            line("1", "ResponseComplete", OPERATOR, "watch", "{\"resource\":\"pods\"}", "10:00:00.100000Z"),
            line("2", "ResponseComplete", "admin", "create", "{\"resource\":\"pods\",\"namespace\":\"a\"}", "10:00:01.000000Z"),
            line("3", "ResponseComplete", OPERATOR, "list", "{\"resource\":\"configmaps\",\"namespace\":\"a\"}", "10:00:02.000000Z"),
            line("4", "ResponseComplete", OPERATOR, "list", "{\"resource\":\"configmaps\",\"namespace\":\"b\"}", "10:00:03.000000Z"),
            line("5", "ResponseComplete", OPERATOR, "patch", "{\"resource\":\"nodemaintenances\",\"namespace\":\"a\",\"subresource\":\"status\"}", "10:00:04.000000Z")), OPERATOR);

    @Test
    void a_watch_counts_once_and_nobody_else_counts() {
        assertEquals(Map.of("watch pods", 1L, "list configmaps", 2L, "patch nodemaintenances/status", 1L), requests.counted());
    }

    @Test
    void whatever_does_not_only_read_is_a_write() {
        assertEquals(Map.of("patch nodemaintenances/status", 1L), requests.writes().counted());
    }

    @Test
    void the_end_of_a_window_is_not_in_it() {
        assertEquals(Map.of("list configmaps", 1L), requests.between(at("10:00:02Z"), at("10:00:03Z")).counted());
    }

    @Test
    void what_is_for_another_namespace_or_for_none_is_not_for_this_one() {
        assertEquals(Map.of("list configmaps", 1L, "patch nodemaintenances/status", 1L), requests.in("a").counted());
    }

    @Test
    void the_first_of_a_kind_is_found() {
        assertEquals(Optional.of(at("10:00:02Z")), requests.first(r -> !r.namespace().isEmpty()));
        assertEquals(Optional.empty(), requests.first(r -> r.verb().equals("delete")));
    }

    private static Instant at(String time) {
        return Instant.parse("2026-11-26T" + time);
    }

    private static String line(String id, String stage, String user, String verb, String object, String time) {
        return "{\"auditID\":\"" + id + "\",\"stage\":\"" + stage + "\",\"verb\":\"" + verb + "\",\"user\":{\"username\":\"" + user + "\"},\"objectRef\":" + object
                + ",\"requestReceivedTimestamp\":\"2026-11-26T" + time + "\"}";
    }
}
