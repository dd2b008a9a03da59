/** {@code make dashboard}: the dashboard's panels, drawn with what Prometheus has of a real operator. */
package dev.redismaintenance.dashboard;
