package dev.gimlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gimlet.http.Context;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectionsTest {
  private final Gimlet app = Gimlet.bare();
  private final Connections connections = app.connections();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private RunningServer server;

  @BeforeEach
  void start() {
    app.get("/of/:user", this::upgrade);
    app.ws("/nobody", listener());
    server = app.start(0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void upgrade(Context context) {
    context.user(context.pathParameter("user"));
    context.upgrade(listener());
  }

  private WebSocketListener listener() {
    return new WebSocketListener() {
      @Override
      public void onOpen(WebSocketConnection connection) {
        told.add("opened, " + connections.find(connection.id()).isPresent());
      }

      @Override
      public void onClose(WebSocketConnection connection, CloseStatus status) {
        told.add(
            status.code()
                + ", "
                + connections.find(connection.id()).isPresent()
                + ", "
                + connections.count());
      }
    };
  }

  @Test
  void areCountedFromTheirOpeningUntilTheyAreClosed() throws Exception {
    assertThat(connections.count()).isZero();
    RawWebSocket one = connect("/nobody");
    try (RawWebSocket two = connect("/nobody")) {
      assertThat(connections.count()).isEqualTo(2);
      one.reset();

      assertThat(next()).isEqualTo("1006, false, 1");
      two.write(RawWebSocket.frame(RawWebSocket.CLOSE, new byte[0]));
      assertThat(next()).isEqualTo("1005, false, 0");
    }
  }

  @Test
  void areFoundByTheirNumber() throws Exception {
    try (RawWebSocket client = connect("/of/ada")) {
      WebSocketConnection connection = connections.iterator().next();
      assertThat(connections.find(connection.id())).containsSame(connection);
      assertThat(connections.find(-1)).isEmpty();

      connections.find(connection.id()).orElseThrow().send("found");

      assertThat(client.read().text()).isEqualTo("found");
    }
  }

  @Test
  void areWalkedWhileTheyComeAndGo() throws Exception {
    try (RawWebSocket one = connect("/of/ada")) {
      Iterator<WebSocketConnection> iterator = connections.iterator();
      RawWebSocket two = connect("/nobody");
      two.close();
      next();

      assertThat(iterator.next().user()).hasValue("ada");
      assertThat(connections.stream().map(WebSocketConnection::user)).hasSize(1);
      assertThatExceptionOfType(UnsupportedOperationException.class)
          .isThrownBy(() -> {
            Iterator<WebSocketConnection> other = connections.iterator();
            other.next();
            other.remove();
          });
      one.send("still here");
    }
  }

  @Test
  void ofAUserAreToldTheOldestFirst() throws Exception {
    try (RawWebSocket one = connect("/of/ada");
        RawWebSocket other = connect("/of/bob");
        RawWebSocket two = connect("/of/ada")) {
      List<WebSocketConnection> ofAda = connections.ofUser("ada");

      assertThat(ofAda).hasSize(2).extracting(WebSocketConnection::id).isSorted();
      assertThat(connections.ofUser("bob")).hasSize(1);
      assertThat(connections.ofUser("eve")).isEmpty();
      ofAda.getFirst().send("to the oldest");
      assertThat(one.read().text()).isEqualTo("to the oldest");
      other.send("x");
      two.send("x");
    }
  }

  @Test
  void ofAUserAreClosedTogether() throws Exception {
    try (RawWebSocket one = connect("/of/ada");
        RawWebSocket two = connect("/of/ada");
        RawWebSocket other = connect("/of/bob")) {
      assertThat(connections.closeUser("ada", CloseStatus.of(4000, "logged out"))).isEqualTo(2);

      assertThat(one.read().closeCode()).isEqualTo(4000);
      assertThat(two.read().text()).endsWith("logged out");
      assertThat(connections.closeUser("ada", CloseStatus.of(4000, ""))).isZero();
      assertThat(connections.closeUser("eve", CloseStatus.of(4000, ""))).isZero();
      connections.ofUser("bob").getFirst().send("unharmed");
      assertThat(other.read().text()).isEqualTo("unharmed");
    }
  }

  @Test
  void areNotClosedWithACodeThatIsNeverSent() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> connections.closeUser("ada", new CloseStatus(1006, "")));
  }

  private RawWebSocket connect(String path) throws Exception {
    RawWebSocket client = connectOnly(path);
    assertThat(next()).isEqualTo("opened, true");
    return client;
  }

  private RawWebSocket connectOnly(String path) throws IOException {
    return RawWebSocket.connect(server.port(), path);
  }

  private String next() throws InterruptedException {
    return String.valueOf(told.poll(30, TimeUnit.SECONDS));
  }
}
