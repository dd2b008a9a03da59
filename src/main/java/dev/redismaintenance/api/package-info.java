/**
 * The custom resource: spec, status, conditions; no behaviour. The schema that the API server enforces is generated from
 * these types into {@code crds/}, and the reference in {@code docs/reference/api.md} from that schema, so a description or a
 * limit is written once: here.
 */
package dev.redismaintenance.api;
