package dev.redismaintenance.operator;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What does the operator log, at its most talkative, stack traces included? */
final class LogTape implements AutoCloseable {
    private static final List<Logger> OURS = List.of(Logger.getLogger("dev.redismaintenance"), Logger.getLogger("io.javaoperatorsdk"));

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            StringWriter text = new StringWriter();
            text.write(new SimpleFormatter().formatMessage(entry));
            if (entry.getThrown() != null) {
                entry.getThrown().printStackTrace(new PrintWriter(text));
            }
            lines.add(text.toString());
        }

        @Override
        public void flush() {
            // nothing is held back
        }

        @Override
        public void close() {
            // nothing to close
        }
    };

    LogTape() {
        handler.setLevel(Level.ALL);
        OURS.forEach(logger -> {
            logger.setLevel(Level.ALL);
            logger.addHandler(handler);
            logger.setUseParentHandlers(false); // thousands of lines on the console help nobody
        });
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        OURS.forEach(logger -> {
            logger.removeHandler(handler);
            logger.setLevel(null);
            logger.setUseParentHandlers(true);
        });
    }
}
