package dev.redismaintenance.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Which keys of which Secret open the servers. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public class AuthSpec {
    @Required
    @Pattern(Patterns.DNS_NAME)
    @Size(min = 1, max = Patterns.DNS_NAME_LENGTH)
    @JsonPropertyDescription("Name of the Secret in this namespace. Required with auth.")
    private String secretName;

    @Pattern(Patterns.SECRET_KEY)
    @Size(min = 1, max = Patterns.DNS_NAME_LENGTH)
    @JsonPropertyDescription("Key of the Secret that holds the name of the ACL user. Unset (the default): the servers' default "
            + "user.")
    private String usernameKey;

    @Default("\"password\"")
    @Pattern(Patterns.SECRET_KEY)
    @Size(min = 1, max = Patterns.DNS_NAME_LENGTH)
    @JsonPropertyDescription("Key of the Secret that holds the password. Default: password.")
    private String passwordKey = "password";

    public String getSecretName() { return secretName; }

    public void setSecretName(String secretName) { this.secretName = secretName; }

    public String getUsernameKey() { return usernameKey; }

    public void setUsernameKey(String usernameKey) { this.usernameKey = usernameKey; }

    public String getPasswordKey() { return passwordKey; }

    public void setPasswordKey(String passwordKey) { this.passwordKey = passwordKey; }
}
