/** Tests of the gates: what each lets pass, what it refuses or waits for, and that its message names the way out. */
package dev.redismaintenance.gate;
