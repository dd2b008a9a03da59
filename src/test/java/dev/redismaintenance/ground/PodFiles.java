package dev.redismaintenance.ground;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where do a pod's volumes lie on this machine, and how do its arguments read there? There is no mount: mount paths
 * and {@code $(VARIABLES)} in the arguments are replaced by what they mean here.
 */
final class PodFiles {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\(([A-Za-z_][A-Za-z0-9_]*)\\)");

    private final KubernetesClient client;
    private final Sandbox sandbox;
    private final Pod pod;

    PodFiles(KubernetesClient client, Sandbox sandbox, Pod pod) {
        this.client = client;
        this.sandbox = sandbox;
        this.pod = pod;
    }

    /** The claim's directory, which outlives the pod, else one that is the pod's alone. */
    Path dataDirectory() {
        return pod.getSpec().getVolumes().stream()
                .filter(volume -> volume.getPersistentVolumeClaim() != null)
                .findFirst()
                .map(this::directory)
                .orElseGet(() -> sandbox.directory("pods", pod.getMetadata().getUid(), "data"));
    }

    /** Forgets what was the pod's alone. */
    void remove() {
        Sandbox.delete(sandbox.directory().resolve("pods").resolve(pod.getMetadata().getUid()));
    }

    Path log() {
        return sandbox.directory("logs").resolve(pod.getMetadata().getNamespace() + "_" + pod.getMetadata().getName() + ".log");
    }

    /** Writes the volumes and returns the container's arguments as they read on this machine. */
    List<String> arguments(Container container, String address) {
        Map<String, Path> volumes = new HashMap<>();
        pod.getSpec().getVolumes().forEach(volume -> volumes.put(volume.getName(), fill(volume)));
        Map<String, String> places = new LinkedHashMap<>();
        container.getVolumeMounts().stream()
                .filter(mount -> volumes.containsKey(mount.getName()))
                .sorted(Comparator.comparing((VolumeMount mount) -> mount.getMountPath().length()).reversed())
                .forEach(mount -> places.put(mount.getMountPath(), volumes.get(mount.getName()).toString()));
        Map<String, String> environment = environment(container, address);
        return container.getArgs().stream().map(arg -> here(expand(arg, environment), places)).toList();
    }

    private static String expand(String arg, Map<String, String> environment) {
        return VARIABLE.matcher(arg).replaceAll(m -> Matcher.quoteReplacement(environment.getOrDefault(m.group(1), m.group())));
    }

    private static String here(String arg, Map<String, String> places) {
        if (places.isEmpty()) {
            return arg;
        }
        String any = places.keySet().stream().map(Pattern::quote).collect(Collectors.joining("|"));
        return Pattern.compile("(?<![\\w./-])(" + any + ")(?![\\w.-])").matcher(arg)
                .replaceAll(m -> Matcher.quoteReplacement(places.get(m.group(1))));
    }

    private Map<String, String> environment(Container container, String address) {
        Map<String, String> result = new HashMap<>(Map.of("POD_IP", address));
        for (EnvVar variable : container.getEnv()) {
            value(variable, address).ifPresent(value -> result.put(variable.getName(), value));
        }
        return result;
    }

    private Optional<String> value(EnvVar variable, String address) {
        if (variable.getValueFrom() == null) {
            return Optional.ofNullable(variable.getValue());
        }
        if (variable.getValueFrom().getSecretKeyRef() != null) {
            SecretKeySelector key = variable.getValueFrom().getSecretKeyRef();
            return Optional.of(new String(secret(key.getName()).get(key.getKey()), java.nio.charset.StandardCharsets.UTF_8));
        }
        if (variable.getValueFrom().getFieldRef() != null) {
            return switch (variable.getValueFrom().getFieldRef().getFieldPath()) {
                case "status.podIP" -> Optional.of(address);
                case "metadata.name" -> Optional.of(pod.getMetadata().getName());
                case "metadata.namespace" -> Optional.of(pod.getMetadata().getNamespace());
                case "spec.nodeName" -> Optional.of(pod.getSpec().getNodeName());
                default -> Optional.empty();
            };
        }
        return Optional.empty();
    }

    private Path directory(Volume volume) {
        return volume.getPersistentVolumeClaim() != null
                ? sandbox.directory("claims", pod.getMetadata().getNamespace(), volume.getPersistentVolumeClaim().getClaimName())
                : sandbox.directory("pods", pod.getMetadata().getUid(), "volumes", volume.getName());
    }

    private Path fill(Volume volume) {
        Path directory = directory(volume);
        if (volume.getSecret() != null) {
            write(directory, secret(volume.getSecret().getSecretName()), volume.getSecret().getItems());
        } else if (volume.getConfigMap() != null) {
            write(directory, configMap(volume.getConfigMap().getName()), volume.getConfigMap().getItems());
        }
        return directory;
    }

    private Map<String, byte[]> secret(String name) {
        Secret secret = Optional.ofNullable(client.secrets().inNamespace(pod.getMetadata().getNamespace()).withName(name).get())
                .orElseThrow(() -> new IllegalStateException("secret \"" + name + "\" not found"));
        return decoded(secret.getData());
    }

    private Map<String, byte[]> configMap(String name) {
        ConfigMap map = Optional.ofNullable(client.configMaps().inNamespace(pod.getMetadata().getNamespace()).withName(name).get())
                .orElseThrow(() -> new IllegalStateException("configmap \"" + name + "\" not found"));
        Map<String, byte[]> result = decoded(map.getBinaryData());
        Optional.ofNullable(map.getData()).orElse(Map.of())
                .forEach((key, value) -> result.put(key, value.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        return result;
    }

    private static Map<String, byte[]> decoded(Map<String, String> data) {
        Map<String, byte[]> result = new HashMap<>();
        Optional.ofNullable(data).orElse(Map.of()).forEach((key, value) -> result.put(key, Base64.getDecoder().decode(value)));
        return result;
    }

    private static void write(Path directory, Map<String, byte[]> content, List<KeyToPath> items) {
        Map<String, String> names = Optional.ofNullable(items).orElse(List.of()).stream()
                .collect(Collectors.toMap(KeyToPath::getKey, KeyToPath::getPath));
        content.forEach((key, value) -> {
            if (names.isEmpty() || names.containsKey(key)) {
                try {
                    Path file = directory.resolve(names.getOrDefault(key, key));
                    Files.createDirectories(file.getParent());
                    Files.write(file, value);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }
}
