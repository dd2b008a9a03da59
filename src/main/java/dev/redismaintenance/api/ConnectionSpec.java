package dev.redismaintenance.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** How the servers of the cluster are reached. Secrets are named here, never contained. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public class ConnectionSpec {
    @Min(1)
    @Max(65535)
    @JsonPropertyDescription("Port that the servers listen on. Unset (the default): what the pod's spec plainly says, else 6379.")
    private Integer port;

    @JsonPropertyDescription("Password or ACL user, from a Secret. Default: the servers ask for none.")
    private AuthSpec auth;

    @JsonPropertyDescription("Connect with TLS; an empty object is enough when the operator's trust store knows the certificate "
            + "authority. Unset (the default): TLS where the pod's spec plainly says so, else plain text.")
    private TlsSpec tls;

    public Integer getPort() { return port; }

    public void setPort(Integer port) { this.port = port; }

    public AuthSpec getAuth() { return auth; }

    public void setAuth(AuthSpec auth) { this.auth = auth; }

    public TlsSpec getTls() { return tls; }

    public void setTls(TlsSpec tls) { this.tls = tls; }
}
