package dev.redismaintenance.metrics;

import java.util.List;

/**
 * One number of one maintenance.
 *
 * @param series says which number it is
 */
public record Sample(Series series, double value) {

    /** @param labels values in the order of {@link Metric#labels()} */
    public record Series(Metric metric, List<String> labels) {
        public Series {
            labels = List.copyOf(labels);
            if (labels.size() != metric.labels().size()) {
                throw new IllegalArgumentException(metric + " has the labels " + metric.labels() + ", not " + labels);
            }
        }
    }

    static Sample of(Metric metric, double value, String... labels) {
        return new Sample(new Series(metric, List.of(labels)), value);
    }
}
