/** {@code make demo}: a maintenance to watch, with everything real that the machine has. */
package dev.redismaintenance.demo;
