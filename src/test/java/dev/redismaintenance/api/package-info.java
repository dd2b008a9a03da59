/** The custom resource as the API server sees it: its schema, its rules, its documentation, its samples. */
package dev.redismaintenance.api;
