/** Tests of what is read from and written to Kubernetes. */
package dev.redismaintenance.kubernetes;
