package dev.redismaintenance.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Takes out of the libraries what only a debugger reads, the names and types of local variables: Java keeps them in memory for every class it has
 * loaded. Line numbers stay, for stack traces. A signed jar stays as it is. Then {@code sbom.json} is brought to
 * what is there: the libraries in the image and no other, with the digest of the file that is in it.
 */
public final class LeanLibraries {
    private static final ObjectMapper JSON = new ObjectMapper();

    private LeanLibraries() {
    }

    /** @param args the stage, with {@code app/} */
    public static void main(String[] args) throws IOException {
        Path app = Path.of(args[0]).resolve("app");
        long before = 0;
        long after = 0;
        List<Path> jars = jars(app);
        for (Path jar : jars) {
            before += Files.size(jar);
            strip(jar);
            after += Files.size(jar);
        }
        Path sbom = app.resolve("sbom.json");
        Files.write(sbom, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(present(JSON.readTree(sbom.toFile()), jars)));
        System.out.printf("%d libraries: %d MB, were %d MB%n", jars.size(), after / 1_000_000, before / 1_000_000);
    }

    private static List<Path> jars(Path app) throws IOException {
        try (Stream<Path> files = Files.walk(app.resolve("lib"))) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }

    static void strip(Path jar) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipFile from = new ZipFile(jar.toFile()); ZipOutputStream to = new ZipOutputStream(bytes)) {
            List<? extends ZipEntry> entries = from.stream().toList();
            if (entries.stream().anyMatch(entry -> entry.getName().startsWith("META-INF/") && entry.getName().endsWith(".SF"))) {
                return;
            }
            Set<String> written = new HashSet<>();
            for (ZipEntry entry : entries) {
                // a jar may have an entry twice, and a reader takes the same one for both
                if (written.add(entry.getName())) {
                    ZipEntry copy = new ZipEntry(entry.getName());
                    copy.setTime(entry.getTime());
                    to.putNextEntry(copy);
                    byte[] content = from.getInputStream(entry).readAllBytes();
                    to.write(entry.getName().endsWith(".class") ? strip(content) : content);
                    to.closeEntry();
                }
            }
        }
        Files.write(jar, bytes.toByteArray());
    }

    static byte[] strip(byte[] type) {
        ClassWriter writer = new ClassWriter(0);
        new ClassReader(type).accept(new ClassVisitor(Opcodes.ASM9, writer) {
            @Override
            public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
                return new MethodVisitor(Opcodes.ASM9, super.visitMethod(access, name, descriptor, signature, exceptions)) {
                    @Override
                    public void visitLocalVariable(String variable, String type, String generic, Label from, Label to, int index) {
                        // that is what goes
                    }
                };
            }
        }, 0);
        return writer.toByteArray();
    }

    /** The bill of materials with the libraries that are there; Quarkus puts group, name and version into a file's name. */
    static JsonNode present(JsonNode sbom, List<Path> jars) throws IOException {
        Set<String> gone = new HashSet<>();
        for (Iterator<JsonNode> all = sbom.withArray("components").elements(); all.hasNext();) {
            ObjectNode component = (ObjectNode) all.next();
            String file = component.path("group").asText() + "." + component.path("name").asText() + "-" + component.path("version").asText() + ".jar";
            Optional<Path> jar = jars.stream().filter(path -> path.getFileName().toString().equals(file)).findFirst();
            if (jar.isPresent()) {
                ArrayNode hashes = component.putArray("hashes");
                hashes.addObject().put("alg", "SHA-256").put("content", ImageIndex.sha256(Files.readAllBytes(jar.get())));
            } else {
                gone.add(component.path("bom-ref").asText());
                all.remove();
            }
        }
        for (Iterator<JsonNode> all = sbom.withArray("dependencies").elements(); all.hasNext();) {
            JsonNode dependency = all.next();
            if (gone.contains(dependency.path("ref").asText())) {
                all.remove();
            } else {
                removeAll(dependency.path("dependsOn"), gone);
            }
        }
        return sbom;
    }

    private static void removeAll(JsonNode references, Set<String> gone) {
        for (Iterator<JsonNode> all = references.elements(); all.hasNext();) {
            if (gone.contains(all.next().asText())) {
                all.remove();
            }
        }
    }
}
