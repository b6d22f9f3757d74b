package dev.gimlet.transport;

import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.codec.FrameEncoder;
import dev.gimlet.websocket.codec.MaskingKeys;
import dev.gimlet.websocket.codec.Side;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A bounded queue of frames waiting to be written to one connection.
///
/// Owned by its event loop. Frames are gathered into buffers, and what is gathered leaves in one
/// write; while the socket is full new frames keep gathering here. The bytes that wait are counted
/// in a [ByteBudget], which other threads ask before they hand a message over.
///
/// A write goes straight to the socket, and what that does not take to the channel. The channel's
/// pipeline, queue and settings are a dozen places in memory that would have to be fetched for
/// every member of a room.
final class Outbox {

  /// Whoever put the frames in.
  interface Owner {

    /// Everything has been given to the socket, which had been full.
    void onDrained();
  }

  private static final int GATHER_BYTES = 64 << 10;
  private static final int FIRST_BYTES = 256;

  private final Channel channel;
  private final HomeLoop home;
  private final ByteBudget budget;
  private final Owner owner;
  private final boolean encrypted; // by a handler that may hold back what it was given
  private final @Nullable Socket socket; // null when only the channel can write
  private final @Nullable ConnectionDeflate deflate; // null without compression
  private final @Nullable MaskingKeys maskingKeys; // null on a server
  private @Nullable SharedFrame single; // all that is gathered, while in no buffer
  private @Nullable ArrayDeque<ByteBuf> full; // buffers before the open one; null while none
  private @Nullable ByteBuf open;
  private @Nullable ByteBuffer room; // what is free in the open buffer
  private int nextBytes = FIRST_BYTES; // of the next buffer
  private long gatheredBytes;
  private long inFlightBytes; // being written, or with the channel while the socket is full
  private boolean channelEmpty; // at first the answer to the handshake may wait in it

  Outbox(
      Side side,
      Channel channel,
      HomeLoop home,
      ByteBudget budget,
      @Nullable ConnectionDeflate deflate,
      Owner owner) {
    this.channel = channel;
    this.home = home;
    this.budget = budget;
    this.owner = owner;
    this.deflate = deflate;
    this.maskingKeys = side == Side.CLIENT ? home.maskingKeys() : null;
    this.encrypted = TlsConnection.isEncrypted(channel);
    this.socket = encrypted ? null : socketOf(channel);
  }

  private static @Nullable Socket socketOf(Channel channel) {
    return channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket
        ? socket
        : null;
  }

  /// Whether the socket is open; called by any thread.
  boolean isConnected() {
    return socket == null || socket.isOpen();
  }

  /// What is sent now will probably be as long as this.
  void expect(int bytes) {
    if (open == null) {
      nextBytes = Math.min(bytes, GATHER_BYTES);
    }
  }

  /// Bytes the frame of a message takes.
  static int frameBytes(Message message) {
    int size = message.size();
    return FrameEncoder.headerBytes(size) + size;
  }

  /// Bytes the frame of a ping, a pong or a close takes.
  static int controlFrameBytes(byte[] payload) {
    return FrameEncoder.headerBytes(payload.length) + payload.length;
  }

  void add(Message message) {
    int opcode = FrameEncoder.opcode(message);
    byte[] payload = FrameEncoder.payload(message);
    int reserved = FrameEncoder.headerBytes(payload.length) + payload.length;
    if (deflate != null && deflate.isWorthwhile(payload.length)) {
      addDeflated(deflate, opcode, payload, reserved);
    } else {
      addFrame(opcode, payload, reserved);
    }
  }

  void add(PreparedMessage prepared) {
    SharedFrames frames = SharedFrames.of(prepared);
    if (maskingKeys != null) {
      add(prepared.message()); // each frame has a key of its own (RFC 6455 §5.3)
    } else if (deflate == null) {
      add(frames.plain(), frames);
    } else if (deflate.sharesMessages()) {
      add(frames.deflated(deflate), frames);
    } else {
      add(prepared.message());
    }
  }

  void addControl(int opcode, byte[] payload) {
    addFrame(opcode, payload, controlFrameBytes(payload));
  }

  private void addDeflated(ConnectionDeflate deflate, int opcode, byte[] payload, int reserved) {
    byte[] compressed = deflate.deflate(payload);
    if (compressed.length < payload.length || deflate.remembers()) {
      addFrame(opcode | FrameEncoder.COMPRESSED, compressed, reserved);
    } else {
      addFrame(opcode, payload, reserved);
    }
  }

  private void add(SharedFrame frame, SharedFrames frames) {
    if (isEmpty() && !frame.isWorthSharing()) {
      single = frame;
    } else {
      put(frame);
    }
    gatheredBytes += frames.plain().size();
  }

  private void put(SharedFrame frame) {
    if (frame.isWorthSharing()) {
      addBuffer(frame.share());
    } else {
      frame.copyTo(room(frame.size()));
    }
  }

  /// Puts the frame that was alone into a buffer: more follows, or the socket does not take it.
  private void putSingle() {
    SharedFrame frame = single;
    if (frame != null) {
      single = null;
      put(frame);
    }
  }

  /// Counts what was reserved for the frame: compression may have made it smaller, and a masking
  /// key four bytes larger.
  private void addFrame(int opcode, byte[] payload, int reserved) {
    int size = FrameEncoder.headerBytes(payload.length) + payload.length;
    if (maskingKeys == null) {
      FrameEncoder.encode(room(size), opcode, payload);
    } else {
      ByteBuffer room = room(size + Integer.BYTES);
      FrameEncoder.encodeMasked(room, opcode, payload, maskingKeys.next());
    }
    gatheredBytes += reserved;
  }

  /// Writes what is gathered, unless an earlier write still waits for the socket.
  void flush() {
    assert home.isCurrent();
    if (gatheredBytes == 0 || inFlightBytes > 0) {
      return;
    }
    inFlightBytes = gatheredBytes;
    gatheredBytes = 0;
    nextBytes = FIRST_BYTES;
    if (isWritten() || writeStraight() || writeThroughChannel()) {
      releaseInFlight();
    } else {
      releaseOnceWritten();
    }
  }

  /// Whether there is something to write, but little, and it may go straight.
  boolean hasLittle() {
    boolean little = open == null ? single != null : open.capacity() <= HomeLoop.LITTLE_BYTES;
    return little && inFlightBytes == 0 && straightTo() != null;
  }

  /// Gives the socket what it takes of that. The rest, and all else, is left to [#flush].
  void giveToSocket() {
    writeStraight();
  }

  /// Whether it was by [#giveToSocket].
  private boolean isWritten() {
    return single == null && open == null && full == null;
  }

  /// True when the socket took all of it; otherwise the rest is still here.
  private boolean writeStraight() {
    Socket straight = straightTo();
    if (straight == null) {
      return false;
    }
    return single == null ? writeOpenBuffer(straight) : writeSingle(straight, single);
  }

  /// Null when what is to be written has to go through the channel.
  private @Nullable Socket straightTo() {
    return channelEmpty && full == null && socket != null && socket.isOpen() ? socket : null;
  }

  private boolean writeSingle(Socket socket, SharedFrame frame) {
    int size = frame.size();
    int taken = send(socket, home.nativeCopy(frame, channel), size);
    if (taken == size) {
      single = null;
      return true;
    }
    putSingle();
    closeOpenBuffer();
    full().getFirst().skipBytes(taken);
    return false;
  }

  private boolean writeOpenBuffer(Socket socket) {
    ByteBuf buffer = takeOpenBuffer();
    if (buffer == null) {
      return false;
    }
    int size = buffer.writerIndex();
    int taken = send(socket, buffer, size);
    if (taken < size) {
      full().add(buffer.readerIndex(taken));
      return false;
    }
    buffer.release();
    return true;
  }

  /// Bytes that the socket took; of a broken one the channel will tell what is wrong.
  private static int send(Socket socket, ByteBuf buffer, int size) {
    try {
      return buffer.hasMemoryAddress() ? socket.sendAddress(buffer.memoryAddress(), 0, size) : 0;
    } catch (IOException broken) {
      return 0;
    }
  }

  /// True when all of it is known to have left.
  private boolean writeThroughChannel() {
    putSingle();
    ByteBuf last = takeOpenBuffer();
    if (full != null) {
      for (ByteBuf buffer : full) {
        channel.write(buffer, channel.voidPromise());
      }
      full = null;
    }
    if (last != null) {
      channel.write(last, channel.voidPromise());
    }
    if (encrypted) {
      return false;
    }
    channel.flush();
    var unwritten = channel.unsafe().outboundBuffer();
    channelEmpty = unwritten == null || unwritten.isEmpty();
    return channelEmpty;
  }

  /// An empty buffer is written after all before it: its future tells when the socket has room.
  private void releaseOnceWritten() {
    ChannelFuture written = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    if (written.isSuccess()) {
      releaseInFlight();
    } else {
      written.addListener(f -> onWritten((ChannelFuture) f));
    }
  }

  /// Whether everything has been given to the socket.
  boolean isEmpty() {
    return gatheredBytes == 0 && inFlightBytes == 0;
  }

  /// Bytes that are still to be written.
  long gatheredBytes() {
    return gatheredBytes;
  }

  /// Whether there is something to write.
  boolean hasGathered() {
    return gatheredBytes > 0;
  }

  /// Whether an earlier write waits for the socket.
  boolean isBlocked() {
    return inFlightBytes > 0;
  }

  /// The largest frame that is to be put in now, when those behind it could still be dropped.
  long roomToGather() {
    if (isBlocked()) {
      return 0;
    }
    return gatheredBytes == 0
        ? Long.MAX_VALUE
        : Math.min(GATHER_BYTES, budget.limit() / 2) - gatheredBytes;
  }

  /// Lets go of all buffers; nothing is written afterwards.
  void discard() {
    single = null;
    closeOpenBuffer();
    if (full != null) {
      full.forEach(ByteBuf::release);
      full = null;
    }
    budget.release(gatheredBytes);
    gatheredBytes = 0;
    releaseInFlight();
  }

  private void releaseInFlight() {
    budget.release(inFlightBytes);
    inFlightBytes = 0;
  }

  private void onWritten(ChannelFuture written) {
    releaseInFlight();
    if (written.isSuccess()) {
      flush();
      owner.onDrained();
    }
  }

  /// Where the next frame goes.
  private ByteBuffer room(int bytes) {
    ByteBuffer known = room;
    return known == null || known.remaining() < bytes ? openBuffer(bytes) : known;
  }

  /// Opens a buffer for what the open one holds and that many bytes more: one buffer can be written
  /// straight.
  private ByteBuffer openBuffer(int bytes) {
    putSingle();
    if (openBytes() + bytes > GATHER_BYTES && open != null) {
      closeOpenBuffer();
      nextBytes = GATHER_BYTES;
    }
    ByteBuf buffer = home.writeBuffer(channel, Math.max(openBytes() + bytes, nextBytes));
    ByteBuf smaller = takeOpenBuffer();
    if (smaller != null) {
      buffer.writeBytes(smaller);
      smaller.release();
    }
    ByteBuffer free = buffer.internalNioBuffer(buffer.writerIndex(), buffer.writableBytes());
    open = buffer;
    room = free;
    return free;
  }

  private int openBytes() {
    return open == null || room == null ? 0 : open.capacity() - room.remaining();
  }

  private void addBuffer(ByteBuf buffer) {
    putSingle();
    closeOpenBuffer();
    nextBytes = FIRST_BYTES; // a large one would stay mostly empty if it is closed like this again
    full().add(buffer);
  }

  private void closeOpenBuffer() {
    ByteBuf closed = takeOpenBuffer();
    if (closed != null) {
      full().add(closed);
    }
  }

  private @Nullable ByteBuf takeOpenBuffer() {
    ByteBuf taken = open;
    if (taken != null) {
      taken.writerIndex(openBytes());
    }
    open = null;
    room = null;
    return taken;
  }

  private ArrayDeque<ByteBuf> full() {
    ArrayDeque<ByteBuf> buffers = full;
    if (buffers == null) {
      buffers = new ArrayDeque<>(4);
      full = buffers;
    }
    return buffers;
  }
}
