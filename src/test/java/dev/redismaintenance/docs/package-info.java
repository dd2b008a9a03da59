/** Files of the repository that are generated from the code: written by a test on demand, and compared by it always. */
package dev.redismaintenance.docs;
