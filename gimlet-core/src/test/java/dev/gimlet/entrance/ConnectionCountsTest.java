package dev.gimlet.entrance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.exchange.Program;
import dev.gimlet.http.ConnectionLimits;
import dev.gimlet.http.Context;
import dev.gimlet.http.HttpLimits;
import dev.gimlet.room.Room;
import dev.gimlet.room.RoomOptions;
import dev.gimlet.room.Rooms;
import dev.gimlet.routing.PathPattern;
import dev.gimlet.routing.Route;
import dev.gimlet.routing.RouteTree;
import dev.gimlet.spi.JsonCodec;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.testing.Floods;
import dev.gimlet.transport.HttpServer;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What connections believe, what the table says, what the limits count and who is in rooms is the
/// same.
@Timeout(300)
class ConnectionCountsTest {
  private static final int PEERS = 8;
  private static final int CHECKPOINTS = 5;
  private static final int TURNS = Floods.of(20, 400); // of a peer, between two checkpoints
  private static final List<String> USERS = List.of("user0", "user1", "user2");
  private static final long SEED = 20_261_125;

  private final ConnectionTable table = new ConnectionTable();
  private final Entrance entrance =
      Entrance.of(
          List.of(),
          false,
          ConnectionLimits.builder().total(40).perAddress(30).perUser(12).build(),
          0,
          table);
  private final Rooms rooms = new Rooms();
  private final Room hall = rooms.room("hall");
  private final Set<WebSocketConnection> believed = ConcurrentHashMap.newKeySet();
  private final Set<WebSocketConnection> inHall = ConcurrentHashMap.newKeySet();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger alive = new AtomicInteger(); // as the peers know it
  private final HttpServer server = HttpServer.start(program(), "127.0.0.1", 0, 2);

  ConnectionCountsTest() {
    rooms.options("*", RoomOptions.builder().presence().build());
  }

  private Program program() {
    RouteTree routes = new RouteTree();
    routes.add(new Route("GET", PathPattern.parse("/ws/:user"), this::upgrade, List.of(), "test"));
    return new Program(
        routes,
        List.of(),
        HttpLimits.DEFAULTS,
        WebSocketOptions.defaults(),
        0,
        new NoJson(),
        Optional.empty(),
        new Events(),
        entrance);
  }

  private void upgrade(Context context) {
    context.user(context.pathParameter("user"));
    context.upgrade(new Believer());
  }

  /// Keeps who is open and who is in the hall, as the callbacks tell it: all come to the hall and
  /// half of them leave it, each also comes to, and leaves, and comes to the room of its user.
  private final class Believer implements WebSocketListener {
    @Override
    public void onOpen(WebSocketConnection connection) {
      believed.add(connection);
      inHall.add(connection);
      Room own = rooms.room(connection.user().orElseThrow());
      own.join(connection);
      hall.join(connection);
      own.leave(connection);
      own.join(connection);
      if (connection.id() % 2 == 0) {
        hall.leave(connection);
        inHall.remove(connection);
      }
    }

    @Override
    public void onClose(WebSocketConnection connection, CloseStatus status) {
      believed.remove(connection);
      inHall.remove(connection);
    }
  }

  /// Counts what is told.
  private final class Events implements ServerEvents {
    @Override
    public void opened(WebSocketConnection connection) {
      opened.incrementAndGet();
    }

    @Override
    public void closed(WebSocketConnection connection, CloseStatus status) {
      closed.incrementAndGet();
    }

    @Override
    public void refused(SocketAddress peer, int status, String reason) {
      refused.incrementAndGet();
    }
  }

  /// Neither writes nor reads.
  private static final class NoJson implements JsonCodec {
    @Override
    public byte[] write(Object value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> T read(byte[] json, Class<T> type) {
      throw new UnsupportedOperationException();
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.close(Duration.ofSeconds(5));
  }

  @Test
  void agreeWhileBusyAndAreZeroAtRest() throws Exception {
    Phaser checkpoint = new Phaser(PEERS + 1);
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int peer = 0; peer < PEERS; peer++) {
      Peer each = new Peer(new Random(SEED + peer), USERS.get(peer % USERS.size()));
      threads.add(
          Thread.ofVirtual()
              .uncaughtExceptionHandler((_, e) -> failures.add(e))
              .start(() -> each.run(checkpoint)));
    }
    for (int i = 0; i < CHECKPOINTS; i++) {
      checkpoint.arriveAndAwaitAdvance(); // all peers pause, with some connections open
      awaitAgreement();
      checkpoint.arriveAndAwaitAdvance();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    awaitAgreement();

    assertThat(failures).isEmpty();
    assertThat(opened.get()).isPositive().isEqualTo(closed.get());
    assertThat(refused.get()).isPositive();
    assertThat(table.size()).isZero();
    assertThat(table.users()).isZero();
    assertThat(believed).isEmpty();
    assertThat(rooms.counts().rooms()).isZero();
    assertThat(rooms.counts().members()).isZero();
    assertThat(entrance.admission().taken()).isZero();
    assertThat(entrance.admission().sockets().keys()).isZero();
    assertThat(entrance.admission().addresses().keys()).isZero();
    assertThat(entrance.admission().users().keys()).isZero();
  }

  /// Waits until what was cut has been noticed; then all numbers are the same, or the time is over.
  @SuppressWarnings("ThreadSleep")
  private void awaitAgreement() throws InterruptedException {
    while (!agree()) {
      Thread.sleep(5); // the kernel's time to tell of a reset
    }
  }

  private boolean agree() {
    Admission admission = entrance.admission();
    int expected = alive.get();
    return table.size() == expected
        && believed.size() == expected
        && opened.get() - closed.get() == expected
        && Set.copyOf(table.view()).equals(believed)
        && admission.taken() == expected
        && admission.sockets().sum() == 0
        && admission.addresses().sum() == expected
        && admission.users().sum() == expected
        && userSum() == expected
        && roomsAgree(expected);
  }

  private boolean roomsAgree(int expected) {
    return Set.copyOf(hall.connections()).equals(inHall)
        && presence(hall) == inHall.size()
        && USERS.stream().map(rooms::room).mapToInt(Room::size).sum() == expected
        && USERS.stream().map(rooms::room).mapToInt(this::presence).sum() == expected
        && rooms.counts().members() == expected + inHall.size();
  }

  private int presence(Room room) {
    return room.presence(1).join().count();
  }

  private int userSum() {
    return USERS.stream().mapToInt(user -> table.ofUser(user).size()).sum();
  }

  /// A client that opens connections and ends them in every phase. Owned by its thread.
  private final class Peer {
    private final Random random;
    private final String user;
    private final List<Socket> open = new ArrayList<>();

    Peer(Random random, String user) {
      this.random = random;
      this.user = user;
    }

    void run(Phaser checkpoint) {
      try {
        for (int i = 0; i < CHECKPOINTS; i++) {
          for (int turn = 0; turn < TURNS; turn++) {
            turn();
          }
          checkpoint.arriveAndAwaitAdvance();
          checkpoint.arriveAndAwaitAdvance();
        }
        while (!open.isEmpty()) {
          end();
        }
      } catch (IOException failure) {
        throw new AssertionError(failure);
      } finally {
        checkpoint.arriveAndDeregister();
      }
    }

    private void turn() throws IOException {
      switch (random.nextInt(6)) {
        case 0 -> reset(dial()); // before a byte
        case 1 -> {
          Socket socket = dial();
          send(socket, request("").substring(0, 20));
          reset(socket); // within the handshake
        }
        case 2 -> {
          Socket socket = dial();
          send(socket, request(""));
          reset(socket); // before 101 is read, or written
        }
        case 3 -> {
          Socket socket = dial();
          send(socket, request("Origin: http://evil.example\r\n"));
          readHead(socket);
          socket.close(); // refused
        }
        case 4 -> open();
        default -> end();
      }
    }

    private void open() throws IOException {
      Socket socket = dial();
      send(socket, request(""));
      if (readHead(socket).startsWith("HTTP/1.1 101")) {
        open.add(socket);
        alive.incrementAndGet();
      } else {
        socket.close();
      }
    }

    private void end() throws IOException {
      if (open.isEmpty()) {
        return;
      }
      Socket socket = open.remove(random.nextInt(open.size()));
      alive.decrementAndGet();
      switch (random.nextInt(3)) {
        case 0 -> reset(socket);
        case 1 -> socket.close();
        default -> {
          socket.getOutputStream().write(new byte[] {(byte) 0x88, (byte) 0x80, 1, 2, 3, 4});
          socket.getInputStream().readAllBytes();
          socket.close();
        }
      }
    }

    private String request(String lines) {
      return "GET /ws/"
          + user
          + " HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
          + lines
          + "\r\n";
    }

    private Socket dial() throws IOException {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
      socket.setSoTimeout(60_000);
      return socket;
    }

    private void send(Socket socket, String text) throws IOException {
      try {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      } catch (IOException refusedAlready) {
        // the address has too many connections: the answer is there to be read, or lost
      }
    }

    private String readHead(Socket socket) {
      StringBuilder head = new StringBuilder();
      try {
        int next = socket.getInputStream().read();
        while (next >= 0 && head.indexOf("\r\n\r\n") < 0) {
          head.append((char) next);
          next = head.indexOf("\r\n\r\n") < 0 ? socket.getInputStream().read() : 0;
        }
      } catch (IOException lost) {
        // refused when it was accepted
      }
      return head.toString();
    }

    private void reset(Socket socket) throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }
}
