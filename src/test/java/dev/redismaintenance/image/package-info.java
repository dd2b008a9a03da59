/** {@code make image}: the container image, made without a daemon and without a registry, and tried before it is called one. */
package dev.redismaintenance.image;
