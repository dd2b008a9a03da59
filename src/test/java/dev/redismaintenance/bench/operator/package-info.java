/** {@code make bench-operator}: what does the operator itself cost? */
package dev.redismaintenance.bench.operator;
