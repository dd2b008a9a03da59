package dev.redismaintenance.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class LeanLibrariesTest {
    @TempDir
    private Path directory;

    @Test
    void names_of_local_variables_go_and_line_numbers_stay() throws IOException {
        byte[] type = thisClass();
        Counted before = counted(type);
        Counted after = counted(LeanLibraries.strip(type));
        assertTrue(before.variables.get() > 0 && before.lines.get() > 0, "compiled without what a debugger reads");
        assertEquals(0, after.variables.get());
        assertEquals(before.lines.get(), after.lines.get());
    }

    @Test
    void a_jar_keeps_everything_else_as_it_is() throws IOException {
        Path jar = jar("some.jar", "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n".getBytes());
        LeanLibraries.strip(jar);
        try (ZipFile lean = new ZipFile(jar.toFile())) {
            assertEquals(List.of("META-INF/MANIFEST.MF", "T.class"), lean.stream().map(ZipEntry::getName).toList());
            assertArrayEquals("Manifest-Version: 1.0\n".getBytes(), lean.getInputStream(lean.getEntry("META-INF/MANIFEST.MF")).readAllBytes());
            assertArrayEquals(LeanLibraries.strip(thisClass()), lean.getInputStream(lean.getEntry("T.class")).readAllBytes());
        }
    }

    @Test
    void a_signed_jar_stays_as_it_is() throws IOException {
        Path jar = jar("signed.jar", "META-INF/SOMEBODY.SF", new byte[] {1});
        byte[] before = Files.readAllBytes(jar);
        LeanLibraries.strip(jar);
        assertArrayEquals(before, Files.readAllBytes(jar));
    }

    @Test
    void the_bill_of_materials_has_what_is_in_the_image_and_nothing_else() throws IOException {
        Path jar = jar("a.group.there-1.jar", "x", new byte[] {1});
        JsonNode sbom = LeanLibraries.present(new ObjectMapper().readTree("""
                {"components": [{"bom-ref": "t", "group": "a.group", "name": "there", "version": "1", "hashes": [{"alg": "MD5", "content": "of the published file"}]},
                                {"bom-ref": "g", "group": "a.group", "name": "gone", "version": "1"}],
                 "dependencies": [{"ref": "t", "dependsOn": ["g", "t"]}, {"ref": "g", "dependsOn": []}]}"""), List.of(jar));
        assertEquals(List.of("there"), StreamSupport.stream(sbom.get("components").spliterator(), false).map(c -> c.get("name").asText()).toList());
        assertEquals("SHA-256", sbom.at("/components/0/hashes/0/alg").asText());
        assertEquals(1, sbom.at("/components/0/hashes").size());
        assertEquals("[{\"ref\":\"t\",\"dependsOn\":[\"t\"]}]", sbom.get("dependencies").toString());
        assertFalse(sbom.toString().contains("gone"));
    }

    private Path jar(String name, String entry, byte[] content) throws IOException {
        Path jar = directory.resolve(name);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(content);
            zip.putNextEntry(new ZipEntry("T.class"));
            zip.write(thisClass());
        }
        return jar;
    }

    private static byte[] thisClass() throws IOException {
        return LeanLibrariesTest.class.getResourceAsStream("LeanLibrariesTest.class").readAllBytes();
    }

    private record Counted(AtomicInteger variables, AtomicInteger lines) {
    }

    private static Counted counted(byte[] type) {
        Counted counted = new Counted(new AtomicInteger(), new AtomicInteger());
        new ClassReader(type).accept(new ClassVisitor(Opcodes.ASM9) {
            @Override
            public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
                return new MethodVisitor(Opcodes.ASM9) {
                    @Override
                    public void visitLocalVariable(String variable, String descriptor, String generic, Label from, Label to, int index) {
                        counted.variables.incrementAndGet();
                    }

                    @Override
                    public void visitLineNumber(int line, Label start) {
                        counted.lines.incrementAndGet();
                    }
                };
            }
        }, 0);
        return counted;
    }
}
