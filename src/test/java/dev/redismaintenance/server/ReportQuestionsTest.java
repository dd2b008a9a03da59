package dev.redismaintenance.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redismaintenance.cluster.Setting;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportQuestionsTest {
    @Test
    void no_question_is_so_long_that_a_server_cuts_us_off_before_it_says_that_the_login_is_missing() {
        ReportQuestions.COMMANDS.forEach(command -> assertTrue(command.words().size() <= ReportQuestions.WORDS, command::toString));
    }

    @Test
    void each_setting_is_asked_for_once() {
        List<String> asked = ReportQuestions.COMMANDS.stream().map(Command::words).filter(words -> words.get(0).equals("CONFIG"))
                .flatMap(words -> words.stream().skip(2)).toList();
        assertEquals(Setting.READ, asked);
    }
}
