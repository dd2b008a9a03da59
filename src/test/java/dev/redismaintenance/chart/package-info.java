/** Does the chart install what the operator needs, and no more; and does the kustomization install the same? */
package dev.redismaintenance.chart;
