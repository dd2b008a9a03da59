package dev.redismaintenance.server;

import dev.redismaintenance.server.ServerException.Kind;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What does an error reply mean to a person, and which way out does it have? The words are those of Redis 7.0 and 8.0
 * and Valkey 8.1 and 9.1. No message holds the password: a server that does not know AUTH repeats its arguments.
 */
final class Refusals {
    private static final int LONGEST = 300;
    private static final Pattern DENIED_COMMAND = Pattern.compile("permissions to run the '([^']+)' command");

    private Refusals() {
    }

    /** Of the reply to one command. */
    static ServerException of(Endpoint server, Command command, Reply.Failure reply) {
        if (reply.is("NOAUTH")) {
            return new ServerException(Kind.AuthenticationFailed, server + " demands a password and none was given: name a Secret in spec.connection.auth");
        }
        if (reply.is("NOPERM") && reply.text().contains("access database")) {
            return new ServerException(Kind.NotPermitted, who(server) + " is confined to some databases of " + server + ": grant alldbs");
        }
        if (reply.is("NOPERM")) {
            return notPermitted(server, List.of(deniedCommand(reply.text()).orElse(command.toString())));
        }
        if (reply.is("LOADING")) {
            return new ServerException(Kind.Loading, server + " is reading its data and answers when it has done so");
        }
        if (reply.text().startsWith("ERR This instance has cluster support disabled")) {
            return new ServerException(Kind.NotClusterMode, server + " runs without cluster mode (cluster-enabled no)");
        }
        if (reply.unknownCommand()) {
            return new ServerException(Kind.Refused, server + " does not know " + command + ": it is renamed, disabled or not in this version");
        }
        return new ServerException(Kind.Refused, server + " refuses " + command + ": " + harmless(server, reply.text()));
    }

    /** Of the reply to AUTH. */
    static ServerException ofAuthentication(Endpoint server, Reply.Failure reply) {
        Optional<String> why = Optional.empty();
        if (reply.is("WRONGPASS")) {
            why = Optional.of("refuses the login of " + server.settings().user().map(u -> "user " + u).orElse("the default user")
                    + ": wrong password, no such user, or the user is off");
        } else if (reply.text().startsWith("ERR AUTH <password> called without any password configured")) {
            why = Optional.of("has no password for the default user and one was given: remove spec.connection.auth, or name an ACL user there");
        } else if (reply.unknownCommand()) {
            why = Optional.of("does not know AUTH, it is renamed or disabled, and a password was given");
        }
        return why.map(words -> new ServerException(Kind.AuthenticationFailed, server + " " + words))
                .orElseGet(() -> of(server, Command.of("AUTH"), reply));
    }

    /** @param commands each as {@code command} or {@code command|subcommand} */
    static ServerException notPermitted(Endpoint server, List<String> commands) {
        return new ServerException(Kind.NotPermitted, who(server) + " may not run " + String.join(", ", commands) + " on " + server + ": grant +" + String.join(" +", commands));
    }

    private static String who(Endpoint server) {
        return server.settings().user().map(u -> "user " + u).orElse("the account");
    }

    /** The command that a NOPERM or an {@code ACL DRYRUN} names. */
    static Optional<String> deniedCommand(String text) {
        Matcher m = DENIED_COMMAND.matcher(text);
        return m.find() ? Optional.of(m.group(1)) : Optional.empty();
    }

    /** One line, not too long, without the password. */
    private static String harmless(Endpoint server, String text) {
        String oneLine = text.replaceAll("\\s+", " ").strip();
        String shown = server.settings().password().filter(p -> !p.isEmpty()).map(p -> oneLine.replace(p, "***")).orElse(oneLine);
        return shown.length() > LONGEST ? shown.substring(0, LONGEST) + "..." : shown;
    }
}
