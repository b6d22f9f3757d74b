package dev.gimlet.transport;

import dev.gimlet.transport.EpollSocket.Reader;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/// Sockets that epoll says have bytes, which are read in rounds.
///
/// In a round some of them are read one right after the other, then what that brought is taken for
/// one after the other: where nothing else is done in between, what the processor needs for the
/// next is still in its cache. All of a round share one buffer, so that nobody's answer waits for
/// more than would be read for one alone. Owned by its event loop.
final class ReadRounds {

  /// The most sockets of a round: what they are answered is written in one, too.
  static final int MOST = WriteRound.MOST;

  private static final int LEAST_ROOM = HomeLoop.READ_BYTES / 2; // for what one socket has

  private final List<EpollSocket> sockets = new ArrayList<>();
  private final List<Reader> readers = new ArrayList<>();
  private final int[] ends = new int[MOST]; // where in the buffer the bytes of each end

  /// There are bytes for a reader.
  void add(EpollSocket socket, Reader reader) {
    sockets.add(socket);
    readers.add(reader);
  }

  /// Reads from all sockets that were added, once from each.
  void readAll() {
    int next = 0;
    while (next < sockets.size()) {
      next = round(next);
    }
    sockets.clear();
    readers.clear();
  }

  /// Where the next round begins.
  private int round(int first) {
    Reader reader = readers.get(first);
    ByteBuf in;
    try {
      in = reader.buffer();
    } catch (Throwable failure) { // there is no memory for this one; perhaps for the next
      fail(reader, failure);
      return first + 1;
    }
    try {
      int count = read(first, in);
      takeAll(first, count, in);
      return first + count;
    } finally {
      in.release();
      reader.endOfRound();
    }
  }

  /// How many sockets were read, or need not be.
  private int read(int first, ByteBuf in) {
    int most = Math.min(MOST, sockets.size() - first);
    int open = open(first, most);
    int count = 0;
    while (count < most && in.writableBytes() >= LEAST_ROOM) {
      if ((open >> count & 1) == 1) {
        read(sockets.get(first + count), readers.get(first + count), in);
      }
      ends[count++] = in.writerIndex();
    }
    return count;
  }

  /// Which of these are open, a bit for each. They lie far apart in memory: all are fetched in the
  /// time of one when nothing else is done between.
  private int open(int first, int count) {
    int open = 0;
    for (int i = 0; i < count; i++) {
      if (readers.get(first + i).isOpen()) {
        open |= 1 << i;
      }
    }
    return open;
  }

  private static void read(EpollSocket socket, Reader reader, ByteBuf in) {
    try {
      socket.read(in);
    } catch (Throwable failure) { // the boundary between connections
      fail(reader, failure);
    }
  }

  private void takeAll(int first, int count, ByteBuf in) {
    int from = 0;
    for (int i = 0; i < count; i++) {
      if (ends[i] > from) {
        take(readers.get(first + i), in.setIndex(from, ends[i]));
        from = ends[i];
      }
    }
  }

  private static void take(Reader reader, ByteBuf in) {
    try {
      if (reader.isOpen()) { // and was not closed by one before it
        reader.take(in);
      }
    } catch (Throwable failure) { // the boundary between connections
      fail(reader, failure);
    }
  }

  private static void fail(Reader reader, Throwable failure) {
    try {
      reader.fail(failure);
    } catch (Throwable unheard) { // the boundary between connections
      // nobody is left to tell
    }
  }
}
