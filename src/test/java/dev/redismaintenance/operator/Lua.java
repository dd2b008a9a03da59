package dev.redismaintenance.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.jse.JsePlatform;

/** Runs a script as Argo CD does: the object is the global {@code obj}, the answer is what the script returns. */
final class Lua {
    private Lua() {
    }

    static Map<String, Object> run(Path script, Map<String, Object> obj) {
        try {
            Globals globals = JsePlatform.standardGlobals();
            globals.set("obj", toLua(obj));
            return table(globals.load(Files.readString(script), script.getFileName().toString()).call().checktable());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LuaValue toLua(Object value) {
        if (value instanceof Map<?, ?> map) {
            LuaTable table = new LuaTable();
            map.forEach((key, each) -> table.set(key.toString(), toLua(each)));
            return table;
        }
        if (value instanceof Collection<?> all) {
            return LuaValue.listOf(all.stream().map(Lua::toLua).toArray(LuaValue[]::new));
        }
        if (value instanceof Boolean truth) {
            return LuaValue.valueOf(truth);
        }
        if (value instanceof Number number) {
            return LuaValue.valueOf(number.doubleValue());
        }
        return value == null ? LuaValue.NIL : LuaValue.valueOf(value.toString());
    }

    /** No script here answers a list. */
    private static Map<String, Object> table(LuaTable table) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Varargs next = table.next(LuaValue.NIL); !next.arg1().isnil(); next = table.next(next.arg1())) {
            LuaValue value = next.arg(2);
            map.put(next.arg1().tojstring(), value.istable() ? table(value.checktable()) : value.isboolean() ? value.toboolean() : value.tojstring());
        }
        return map;
    }
}
