package dev.redismaintenance.docs;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What does each constant of an enum mean, in the words of its Javadoc? Read from the source, so that the sentence a
 * programmer reads and the one in the documentation are the same one.
 */
public final class EnumSentences {
    private EnumSentences() {
    }

    /** Name as the API spells it to Javadoc sentence, in the order of declaration; a constant without Javadoc is an error. */
    public static <E extends Enum<E>> Map<String, String> of(Class<E> type) {
        String source = sourceOf(type);
        return of(type, EnumSentences::jsonName, constant -> sentence(source, constant));
    }

    /** The same for enums that carry their names or sentences themselves. */
    public static <E extends Enum<E>> Map<String, String> of(Class<E> type, Function<E, String> name, Function<E, String> sentence) {
        Map<String, String> sentences = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            sentences.put(name.apply(constant), sentence.apply(constant));
        }
        return sentences;
    }

    private static String jsonName(Enum<?> constant) {
        try {
            JsonProperty property = constant.getDeclaringClass().getField(constant.name()).getAnnotation(JsonProperty.class);
            return property == null ? constant.name() : property.value();
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sentence(String source, Enum<?> constant) {
        String annotations = "(?:@\\w+(?:\\([^)]*\\))?\\s*)*";
        Matcher javadoc = Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s*" + annotations + constant.name() + "\\b", Pattern.DOTALL).matcher(source);
        if (!javadoc.find()) {
            throw new AssertionError(constant.getDeclaringClass().getSimpleName() + "." + constant + " needs a Javadoc sentence that says what it means");
        }
        return javadoc.group(1)
                .replaceAll("\\n\\s*\\*", "\n")
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replaceAll("\\{@link (?:[\\w.]*[#.])?(\\w+)}", "`$1`")
                .replaceAll("\\s+", " ").strip();
    }

    private static String sourceOf(Class<?> type) {
        Class<?> outermost = type;
        while (outermost.getEnclosingClass() != null) {
            outermost = outermost.getEnclosingClass();
        }
        try {
            return Files.readString(Path.of("src/main/java", outermost.getName().replace('.', '/') + ".java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
