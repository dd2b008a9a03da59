package dev.redismaintenance.server;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * Questions on one line that do not wait for the answers to the last ones: the server has the next question while those are read. With each
 * question all answers but {@link #UNREAD} are read, so the server works on at most one more than that in one go. Not for several threads;
 * nothing else may be asked on the line before {@link #readAll}.
 */
final class AskedAhead {
    static final int UNREAD = 1;

    private final Line line;
    private final Queue<Asked> asked = new ArrayDeque<>();

    private record Asked(int commands, Reader reader) {
    }

    interface Reader {
        /** @param answers to the commands of one question, in their order */
        void read(List<Object> answers) throws ServerException;
    }

    AskedAhead(Line line) {
        this.line = line;
    }

    /** Answers are read in the order of the questions. */
    void ask(List<byte[][]> commands, Reader reader) throws ServerException {
        line.send(commands);
        asked.add(new Asked(commands.size(), reader));
        while (asked.size() > UNREAD) {
            readOldest();
        }
    }

    void readAll() throws ServerException {
        while (!asked.isEmpty()) {
            readOldest();
        }
    }

    private void readOldest() throws ServerException {
        Asked oldest = asked.remove();
        oldest.reader().read(line.receive(oldest.commands()));
    }
}
