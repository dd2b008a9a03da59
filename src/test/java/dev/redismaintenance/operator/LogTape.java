package dev.redismaintenance.operator;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/** What does the operator log, at its most talkative that its own settings allow, stack traces included? */
final class LogTape implements AutoCloseable {
    private static final List<Logger> OURS = List.of(Logger.getLogger("dev.redismaintenance"), Logger.getLogger("io.javaoperatorsdk"));

    private static final Pattern CATEGORY = Pattern.compile("quarkus\\.log\\.category\\.\"(.+)\"\\.level");

    /** Held, since levels are lost with a logger that nobody holds. */
    private final List<Logger> kept = kept();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<Line> about = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            StringWriter text = new StringWriter();
            text.write(new SimpleFormatter().formatMessage(entry));
            if (entry.getThrown() != null) {
                entry.getThrown().printStackTrace(new PrintWriter(text));
            }
            lines.add(text.toString());
            about.add(new Line(text.toString(), Optional.ofNullable(MDC.get(LogContext.KEY)).orElse("")));
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

    /** @param about which maintenance, as the console's format shows it */
    record Line(String text, String about) {
    }

    LogTape() {
        handler.setLevel(Level.ALL);
        OURS.forEach(logger -> {
            logger.setLevel(Level.ALL);
            logger.addHandler(handler);
            logger.setUseParentHandlers(false); // thousands of lines on the console help nobody
        });
    }

    /** Those whose level the packaged operator fixes. */
    private static List<Logger> kept() {
        Properties settings = new Properties();
        try (InputStream file = LogTape.class.getResourceAsStream("/application.properties")) {
            settings.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Logger> kept = new ArrayList<>();
        settings.stringPropertyNames().forEach(name -> {
            Matcher category = CATEGORY.matcher(name);
            if (category.matches()) {
                Logger logger = Logger.getLogger(category.group(1));
                logger.setLevel(settings.getProperty(name).equals("INFO") ? Level.INFO : Level.SEVERE);
                kept.add(logger);
            }
        });
        return kept;
    }

    List<String> lines() {
        return lines;
    }

    /** Those with this text in them. */
    List<Line> with(String text) {
        return about.stream().filter(line -> line.text().contains(text)).toList();
    }

    @Override
    public void close() {
        kept.forEach(logger -> logger.setLevel(null));
        OURS.forEach(logger -> {
            logger.removeHandler(handler);
            logger.setLevel(null);
            logger.setUseParentHandlers(true);
        });
    }
}
