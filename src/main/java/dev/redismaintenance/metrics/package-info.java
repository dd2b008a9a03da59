/** What is told in numbers: pure values, from the status that was observed. */
package dev.redismaintenance.metrics;
