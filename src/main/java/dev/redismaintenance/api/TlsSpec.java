package dev.redismaintenance.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** Whom to trust and how to identify ourselves on a TLS connection. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public class TlsSpec {
    @Pattern(Patterns.DNS_NAME)
    @Size(min = 1, max = Patterns.DNS_NAME_LENGTH)
    @JsonPropertyDescription("Name of the Secret in this namespace whose key ca.crt holds the certificate authority of the "
            + "servers. Unset (the default): the operator's own trust store.")
    private String caSecretName;

    @Pattern(Patterns.DNS_NAME)
    @Size(min = 1, max = Patterns.DNS_NAME_LENGTH)
    @JsonPropertyDescription("Name of the Secret in this namespace (type kubernetes.io/tls: keys tls.crt and tls.key) with the "
            + "certificate that the operator shows to the servers. Unset (the default): it shows none.")
    private String certSecretName;

    @Pattern(Patterns.DNS_NAME)
    @Size(min = 1, max = Patterns.DNS_NAME_LENGTH)
    @JsonPropertyDescription("Name that the servers' certificates must be valid for: the operator dials addresses, which "
            + "certificates rarely name. Unset (the default): the certificates must be signed by a trusted "
            + "authority, for whichever name.")
    private String serverName;

    public String getCaSecretName() { return caSecretName; }

    public void setCaSecretName(String caSecretName) { this.caSecretName = caSecretName; }

    public String getCertSecretName() { return certSecretName; }

    public void setCertSecretName(String certSecretName) { this.certSecretName = certSecretName; }

    public String getServerName() { return serverName; }

    public void setServerName(String serverName) { this.serverName = serverName; }
}
