/**
 * A cluster in memory that behaves as the measured servers do, the clock that a test turns, and the knife that cuts an
 * operator off at any of its calls. Written by hand: what it does is what a reader sees here.
 */
package dev.redismaintenance.memory;
