package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimlet.spi.BrokerException;
import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.PresenceStore;
import dev.gimlet.spi.PresenceStore.Presence;
import dev.gimlet.spi.Present;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.spi.Published;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.Recovery.NotRecovered;
import dev.gimlet.spi.Recovery.Recovered;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What rooms do, with a broker whose answers can be held and a timer that stands still.
@Timeout(60)
final class RoomsTest {

  private final List<String> failed = new ArrayList<>();
  private final ServerEvents events =
      new ServerEvents() {
        @Override
        public void publishFailed(String room, String reason) {
          failed.add(room + ": " + reason);
        }
      };
  private final HeldBroker broker = new HeldBroker();
  private final ManualDelay delay = new ManualDelay();
  private final Rooms rooms = Rooms.create(broker, new InMemoryPresenceStore(), events, delay);
  private final FakeMember ann = new FakeMember("ann");
  private final FakeMember bob = new FakeMember("bob");

  @Nested
  class Life {

    @Test
    void beginsWithTheFirstMemberAndEndsWithTheLast() {
      Room room = rooms.room("room");
      room.join(ann);
      room.join(bob);
      room.leave(ann);
      assertThat(rooms.counts().rooms()).isEqualTo(1);

      room.leave(bob);

      assertThat(rooms.counts()).isEqualTo(new RoomCounts(0, 0, 0, 0, 0));
      assertThat(broker.calls).containsExactly("start", "subscribe room", "unsubscribe room");
    }

    @Test
    void startsTheBrokerOnFirstUse() {
      Room room = rooms.room("room");
      assertThat(broker.calls).isEmpty();

      room.publish("x");

      assertThat(broker.calls).containsExactly("start");
    }

    @Test
    void subscribesAgainUntilTheBrokerCan() {
      Room room = rooms.room("room");
      broker.fail(true);
      room.join(ann);
      delay.pass(LiveRooms.SUBSCRIBE_AGAIN);
      broker.fail(false);
      room.publish("unheard");
      delay.pass(LiveRooms.SUBSCRIBE_AGAIN);

      room.publish("heard");

      assertThat(ann.texts()).containsExactly("heard");
      assertThat(delay.waiting()).isZero();
    }

    @Test
    void subscribesNoMoreForARoomThatEverybodyLeft() {
      Room room = rooms.room("room");
      broker.fail(true);
      room.join(ann);
      room.leave(ann);
      broker.fail(false);

      delay.pass(LiveRooms.SUBSCRIBE_AGAIN);

      assertThat(broker.calls).containsExactly("start", "subscribe room", "unsubscribe room");
      assertThat(delay.waiting()).isZero();
    }

    @Test
    void leavesAllRoomsOfAConnectionThatIsClosed() {
      FakeConnection connection = new FakeConnection(1);
      for (int i = 0; i < 10; i++) {
        rooms.room("room" + i).join(connection);
      }
      rooms.room("room3").leave(connection);
      assertThat(rooms.counts().members()).isEqualTo(9);

      connection.close(CloseStatus.NORMAL_CLOSURE);

      assertThat(rooms.counts()).isEqualTo(new RoomCounts(0, 0, 0, 0, 0));
      assertThat(rooms.live().webSockets()).isZero();
    }

    @Test
    void leavesAllRoomsAlsoWhenThePresenceStoreThrows() {
      Rooms strict = Rooms.create(broker, new ThrowingPresenceStore(), events, delay);
      strict.options("*", RoomOptions.builder().presence().build());
      FakeConnection connection = new FakeConnection(1);
      strict.room("a").join(connection);
      strict.room("b").join(connection);
      assertThat(strict.counts().members()).isEqualTo(2);

      connection.close(CloseStatus.GOING_AWAY);

      assertThat(strict.counts()).isEqualTo(new RoomCounts(0, 0, 0, 0, 0));
      assertThat(strict.live().webSockets()).isZero();
    }

    @Test
    void subscribesNoMoreOnceTheRoomsAreClosed() {
      broker.fail(true);
      rooms.room("room").join(ann);

      rooms.close();
      delay.pass(LiveRooms.SUBSCRIBE_AGAIN.multipliedBy(3));

      assertThat(broker.calls).containsExactly("start", "subscribe room", "close");
      assertThat(delay.waiting()).isZero();
    }

    @Test
    void repeatsNoDeliveryForEventsThatThrow() {
      ManualLoop loop = new ManualLoop();
      ServerEvents throwing =
          new ServerEvents() {
            @Override
            public void handlerFailed(String where, Throwable failure) {
              throw new IllegalStateException("the log is full");
            }
          };
      Room room = Rooms.create(broker, throwing).room("room");
      FakeMember member =
          new FakeMember("m", loop) {
            @Override
            public void deliver(Publication publication) {
              super.deliver(publication);
              throw new IllegalStateException("oops");
            }
          };
      room.join(member);
      room.publish("1");
      room.publish("2");
      loop.runAll();

      room.publish("3");
      loop.runAll();

      assertThat(member.texts()).containsExactly("1", "2", "3");
    }

    @Test
    void keepsTheLatestOfAKeyForEachRoomAlone() {
      List<PreparedMessage> sent = new ArrayList<>();
      FakeConnection connection =
          new FakeConnection(1) {
            @Override
            public SendResult send(PreparedMessage message) {
              sent.add(message);
              return SendResult.ACCEPTED;
            }
          };
      PublishOptions gold = PublishOptions.NONE.conflationKey("gold");
      for (String name : List.of("london", "zurich", "london")) {
        rooms.room(name).join(connection);
        var _ = rooms.room(name).publish(Text.of(name), gold);
      }

      List<String> keys = sent.stream().map(message -> message.key().orElseThrow()).toList();
      assertThat(keys).hasSize(3).doesNotContain("gold");
      assertThat(keys.get(0)).isEqualTo(keys.get(2)).isNotEqualTo(keys.get(1));
    }

    @Test
    void preparesAKeyedMessageOnceForAllWebSockets() {
      Set<PreparedMessage> sent = new HashSet<>();
      for (int id = 0; id < 100; id++) {
        rooms
            .room("room")
            .join(
                new FakeConnection(id) {
                  @Override
                  public SendResult send(PreparedMessage message) {
                    sent.add(message);
                    return SendResult.ACCEPTED;
                  }
                });
      }

      var _ = rooms.room("room").publish(Text.of("x"), PublishOptions.NONE.conflationKey("gold"));
      rooms.room("room").publish("y");

      assertThat(sent).hasSize(2);
    }

    @Test
    void registersWithAConnectionOnce() {
      FakeConnection connection = new FakeConnection(1);

      for (int i = 0; i < 1000; i++) {
        rooms.room("room").join(connection);
        rooms.room("room").leave(connection);
      }

      assertThat(connection.closeCallbacks()).isEqualTo(1);
    }

    @Test
    void countsWhatWasDelivered() {
      Room room = rooms.room("room");
      room.join(ann);
      room.join(bob);

      room.publish("1");
      room.publish("2");

      assertThat(rooms.counts()).isEqualTo(new RoomCounts(1, 2, 2, 4, 0));
      assertThat(room.members()).containsExactly(ann, bob);
    }
  }

  @Nested
  class WithHistory {

    private final Room room = rooms.room("kept");

    WithHistory() {
      rooms.options("kept", RoomOptions.builder().history(3, Duration.ofMinutes(1)).build());
    }

    @Test
    void deliversExactlyWhatWasMissed() {
      Position first = publish("1");
      publish("2");
      publish("3");

      CompletableFuture<Recovery> recovery = room.join(ann, first);
      publish("4");

      assertThat(ann.texts()).containsExactly("2", "3", "4");
      assertThat(((Recovered) recovery.join()).missed()).hasSize(2);
    }

    @Test
    void deliversWhatWasMissedBeforeWhatCameMeanwhile() {
      Position first = publish("1");
      publish("2");
      broker.hold();
      CompletableFuture<Recovery> recovery = room.join(ann, first);
      room.publish("3");
      assertThat(ann.publications).isEmpty();

      broker.letGo();

      assertThat(ann.texts()).containsExactly("2", "3");
      assertThat(recovery.join()).isInstanceOf(Recovered.class);
    }

    @Test
    void saysThatItCannotRecover() {
      Position first = publish("1");
      for (int i = 2; i <= 5; i++) {
        publish(Integer.toString(i));
      }

      Recovery recovery = room.join(ann, first).join();
      publish("6");

      assertThat(recovery).isInstanceOf(NotRecovered.class);
      assertThat(ann.lost).containsExactly(recovery.top());
      assertThat(ann.texts()).containsExactly("6");
    }

    @Test
    void beginsWithTheNewestOnArrival() {
      publish("1");
      publish("2");
      publish("3");

      History history = room.joinWithHistory(ann, 2).join();
      publish("4");

      assertThat(ann.texts()).containsExactly("2", "3", "4");
      assertThat(FakeMember.texts(history.publications())).containsExactly("2", "3");
    }

    @Test
    void sendsHistoryToAConnection() {
      publish("1");
      FakeConnection connection = new FakeConnection(1);

      room.joinWithHistory(connection, 10).join();
      publish("2");

      assertThat(connection.received).containsExactly(Text.of("1"), Text.of("2"));
    }

    @Test
    void givesTheNewestToWhoeverAsks() {
      publish("1");
      publish("2");

      assertThat(FakeMember.texts(room.history(1).join().publications())).containsExactly("2");
      assertThatThrownBy(() -> room.history(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void cancelsTheJoinOfOneWhoLeaves() {
      Position first = publish("1");
      broker.hold();
      CompletableFuture<Recovery> recovery = room.join(ann, first);

      room.leave(ann);
      broker.letGo();

      assertThat(recovery).isCancelled();
      assertThat(ann.publications).isEmpty();
    }

    @Test
    void failsTheJoinWhenTheBrokerIsAwayAndAsksAgain() {
      Position first = publish("1");
      publish("2");
      broker.fail(true);

      CompletableFuture<Recovery> recovery = room.join(ann, first);
      delay.pass(LiveRooms.SUBSCRIBE_AGAIN);

      assertThat(recovery.exceptionNow()).isInstanceOf(BrokerException.class);
      assertThat(room.members()).containsExactly(ann);

      broker.fail(false);
      delay.pass(LiveRooms.SUBSCRIBE_AGAIN);
      publish("3");

      assertThat(ann.texts()).containsExactly("2", "3");
      assertThat(delay.waiting()).isZero();
    }

    @Test
    void givesTheHistoryOnceTheBrokerIsBack() {
      publish("1");
      room.join(bob);
      broker.fail(true);
      CompletableFuture<History> history = room.joinWithHistory(ann, 5);
      broker.fail(false);
      publish("2");
      assertThat(ann.texts()).isEmpty();

      delay.pass(LiveRooms.SUBSCRIBE_AGAIN);

      assertThat(history.exceptionNow()).isInstanceOf(BrokerException.class);
      assertThat(ann.texts()).containsExactly("1", "2");
      assertThat(delay.waiting()).isZero();
    }

    @Test
    void asksNoMoreForOneWhoLeftWhileTheBrokerWasAway() {
      Position first = publish("1");
      broker.fail(true);
      CompletableFuture<Recovery> recovery = room.join(ann, first);

      room.leave(ann);
      delay.pass(LiveRooms.SUBSCRIBE_AGAIN);

      assertThat(recovery.exceptionNow()).isInstanceOf(BrokerException.class);
      assertThat(rooms.counts().rooms()).isZero();
      assertThat(delay.waiting()).isZero();
    }

    @Test
    void asksNoMoreOnceItIsClosed() {
      broker.fail(true);
      CompletableFuture<History> history = room.joinWithHistory(ann, 5);

      rooms.close();
      delay.pass(LiveRooms.SUBSCRIBE_AGAIN);

      assertThat(history.exceptionNow()).isInstanceOf(BrokerException.class);
      assertThat(delay.waiting()).isZero();
    }

    @Test
    void letsOneWhoseJoinFailedJoinAgain() {
      Position first = publish("1");
      publish("2");
      broker.fail(true);
      CompletableFuture<Recovery> failed = room.join(ann, first);
      broker.fail(false);

      CompletableFuture<Recovery> again = room.join(ann, first);
      delay.pass(LiveRooms.SUBSCRIBE_AGAIN);

      assertThat(failed).isCompletedExceptionally();
      assertThat(again.join()).isInstanceOf(Recovered.class);
      assertThat(ann.texts()).containsExactly("2");
      assertThat(delay.waiting()).isZero();
    }

    @Test
    void oneWhoseFailedJoinCameTrueIsAMember() {
      Position first = publish("1");
      publish("2");
      broker.fail(true);
      var _ = room.join(ann, first);
      broker.fail(false);
      delay.pass(LiveRooms.SUBSCRIBE_AGAIN);

      CompletableFuture<Recovery> again = room.join(ann, first);

      assertThat(again.exceptionNow()).hasMessageContaining("already a member");
      assertThat(ann.texts()).containsExactly("2");
    }

    @Test
    void lateFailureOfAJoinEndsNoLaterMembership() {
      Position first = publish("1");
      room.join(bob);
      broker.hold();
      CompletableFuture<Recovery> recovery = room.join(ann, first);
      room.leave(ann);
      room.join(ann);

      broker.fail(true);
      broker.letGo();

      assertThat(recovery.exceptionNow()).isInstanceOf(BrokerException.class);
      assertThat(room.members()).containsExactly(bob, ann);
    }

    @Test
    void lateFailureOfAJoinEndsNoMembershipInTheRoomThatFollowed() {
      Position first = publish("1");
      broker.hold();
      CompletableFuture<Recovery> recovery = room.join(ann, first);
      room.leave(ann); // the last: the room ends
      room.join(ann);

      broker.fail(true);
      broker.letGo();

      assertThat(recovery.exceptionNow()).isInstanceOf(BrokerException.class);
      assertThat(room.members()).containsExactly(ann);
    }

    @Test
    void refusesAMemberThatIsThereAlready() {
      Position first = publish("1");
      room.join(ann);

      assertThat(room.join(ann, first).exceptionNow())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("already a member of room kept: leave first");
      assertThat(room.members()).containsExactly(ann);
    }

    @Test
    void refusesAConnectionThatIsClosed() {
      FakeConnection gone = new FakeConnection(1);
      gone.close(CloseStatus.NORMAL_CLOSURE);

      assertThat(room.joinWithHistory(gone, 1)).isCompletedExceptionally();
      assertThat(rooms.counts().rooms()).isZero();
    }

    @Test
    void publishesOnceForAKey() {
      room.join(ann);
      PublishOptions once = PublishOptions.NONE.idempotencyKey("once");

      Published first = room.publish(Text.of("1"), once).join();
      Published again = room.publish(Text.of("1"), once).join();

      assertThat(again).isEqualTo(new Published(first.position(), true));
      assertThat(ann.texts()).containsExactly("1");
    }

    private Position publish(String text) {
      return room.publish(text).join().position().orElseThrow();
    }
  }

  @Nested
  class WithPresence {

    private final Room room = rooms.room("seen");

    @Test
    void knowsWhoIsThere() {
      rooms.options("seen", RoomOptions.builder().presence().build());
      room.join(ann);
      room.join(bob);
      room.leave(ann);

      assertThat(room.presence(10).join()).isEqualTo(new Presence(List.of(bob.present()), 1));
    }

    @Test
    void forgetsOneWhoMeanwhileHasAnotherName() {
      rooms.options("seen", RoomOptions.builder().presence().notices().build());
      List<String> names = new ArrayList<>(List.of("ann", "anna", "anne", "annie"));
      FakeMember renamed =
          new FakeMember("ann") {
            @Override
            public Present present() {
              return new Present(names.removeFirst(), "");
            }
          };
      room.join(renamed);

      room.leave(renamed);

      assertThat(room.presence(10).join()).isEqualTo(new Presence(List.of(), 0));
    }

    @Test
    void isNotThereWhenItCannotSayWhoItIs() {
      rooms.options("seen", RoomOptions.builder().presence().build());
      FakeMember unknown =
          new FakeMember("unknown") {
            @Override
            public Present present() {
              throw new IllegalStateException("no name yet");
            }
          };

      assertThatThrownBy(() -> room.join(unknown)).hasMessage("no name yet");

      assertThat(rooms.counts()).isEqualTo(new RoomCounts(0, 0, 0, 0, 0));
      assertThat(room.presence(10).join().count()).isZero();
    }

    @Test
    void saysHowToGetIt() {
      assertThatThrownBy(() -> room.presence(10))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "room seen has no presence: give it some with rooms(\"seen\","
                  + " RoomOptions.builder().presence().build())");
    }

    @Test
    void tellsOfACrowdInFewNotices() {
      rooms.options("seen", RoomOptions.builder().notices().build());
      room.join(ann);
      delay.pass(LiveRooms.GATHERING);
      List<FakeMember> crowd = new ArrayList<>();
      for (int second = 0; second < 5; second++) {
        for (int i = 0; i < 1000; i++) {
          crowd.add(new FakeMember("crowd" + crowd.size()));
          room.join(crowd.getLast());
        }
        delay.pass(Duration.ofSeconds(1));
      }

      assertThat(ann.notices).hasSize(6);
      PresenceNotice last = ann.notices.getLast();
      assertThat(last.joined()).hasSize(PresenceNotice.MAX_NAMED);
      assertThat(last.moreJoined()).isEqualTo(1000 - PresenceNotice.MAX_NAMED);
      assertThat(room.presence(0).join().count()).isEqualTo(5001);
    }

    @Test
    void tellsOfThoseWhoLeftWhenTheServerWentDown() {
      rooms.options("seen", RoomOptions.builder().notices().build());
      room.join(ann);
      delay.pass(LiveRooms.GATHERING);
      broker.announced.clear();
      room.leave(ann);

      rooms.close();

      assertThat(broker.announced)
          .singleElement()
          .extracting(PresenceNotice::left)
          .isEqualTo(List.of(ann.present()));
    }

    @Test
    void tellsNothingOfTheOnlyOneWhoLeftAndCameBack() {
      rooms.options("seen", RoomOptions.builder().notices().build());
      room.join(ann);
      delay.pass(LiveRooms.GATHERING);
      broker.announced.clear();

      room.leave(ann);
      room.join(ann);
      delay.pass(LiveRooms.GATHERING);

      assertThat(broker.announced).isEmpty();
    }

    @Test
    void endsWhenTheLastHasLeftAndThatWasTold() {
      rooms.options("seen", RoomOptions.builder().notices().build());
      room.join(ann);
      room.leave(ann);

      delay.pass(LiveRooms.GATHERING);

      assertThat(rooms.counts().rooms()).isZero();
      assertThat(delay.waiting()).isZero();
    }

    @Test
    void tellsNothingOfOneWhoLeftAndCameBack() {
      rooms.options("seen", RoomOptions.builder().notices().build());
      room.join(ann);
      room.join(bob);
      delay.pass(LiveRooms.GATHERING);
      ann.notices.clear();

      room.leave(bob);
      room.join(bob);
      delay.pass(LiveRooms.GATHERING);

      assertThat(ann.notices).isEmpty();
      assertThat(delay.waiting()).isZero();
    }

    @Test
    void tellsOtherNodesWhenTheLastHasLeft() {
      rooms.options("seen", RoomOptions.builder().notices().build());
      room.join(ann);
      delay.pass(LiveRooms.GATHERING);

      room.leave(ann);
      delay.pass(LiveRooms.GATHERING);

      assertThat(broker.announced.getLast().left()).containsExactly(ann.present());
    }
  }

  @Nested
  class WithConflation {

    private final Room room = rooms.room("prices");

    WithConflation() {
      rooms.options("prices", RoomOptions.builder().conflation(Duration.ofMillis(200)).build());
      room.join(ann);
    }

    @Test
    void deliversTheFirstAtOnceAndThenTheLatest() {
      publish("gold", "1");
      publish("gold", "2");
      publish("oil", "7");
      publish("gold", "3");
      assertThat(ann.texts()).containsExactly("1", "7");

      delay.pass(Duration.ofMillis(199));
      assertThat(ann.texts()).hasSize(2);
      delay.pass(Duration.ofMillis(1));

      assertThat(ann.texts()).containsExactly("1", "7", "3");
    }

    @Test
    void deliversAKeyAtMostOnceInAnInterval() {
      for (int i = 0; i < 1000; i++) {
        publish("gold", Integer.toString(i));
        delay.pass(Duration.ofMillis(1));
      }
      delay.pass(Duration.ofSeconds(1));

      assertThat(ann.texts()).hasSize(6).endsWith("999");
      assertThat(delay.waiting()).isZero();
    }

    @Test
    void keepsNothingForNobody() {
      publish("gold", "1");
      publish("gold", "2");

      room.leave(ann);
      delay.pass(Duration.ofMillis(200));

      assertThat(delay.waiting())
          .isZero(); // an interval with something in it is followed by another
    }

    @Test
    void deliversTheLatestWhenDrained() {
      publish("gold", "1");
      publish("gold", "2");
      rooms.refusePublications();

      rooms.drained().join();

      assertThat(ann.texts()).containsExactly("1", "2");
      delay.pass(Duration.ofSeconds(1));
      assertThat(ann.texts()).hasSize(2);
      assertThat(delay.waiting()).isZero();
    }

    private void publish(String key, String text) {
      var _ = room.publish(Text.of(text), PublishOptions.NONE.conflationKey(key));
    }
  }

  @Nested
  class GoingDown {

    private final Room room = rooms.room("room");

    @Test
    void refusesToPublish() {
      rooms.refusePublications();

      CompletableFuture<Published> published = room.publish("late");

      assertThat(published.exceptionNow())
          .isInstanceOf(BrokerException.class)
          .hasMessage("the server is going down");
      assertThat(failed).containsExactly("room: the server is going down");
    }

    @Test
    void deliversWhatWasAccepted() {
      ManualLoop stopped = new ManualLoop();
      FakeMember member = new FakeMember("m", stopped);
      room.join(member);
      room.publish("1");
      rooms.refusePublications();

      rooms.drained().join();

      assertThat(member.texts()).containsExactly("1");
      assertThat(rooms.counts().waitingBytes()).isZero();
    }

    @Test
    void waitsForPublicationsUnderWay() {
      broker.hold();
      room.publish("1");
      rooms.refusePublications();
      CompletableFuture<Void> drained = rooms.drained();
      assertThat(drained).isNotDone();

      broker.letGo();

      assertThat(drained).succeedsWithin(Duration.ofSeconds(20));
    }

    @Test
    void deliversWhatTheBrokerBringsBackLate() {
      FakeMember member = new FakeMember("m", new ManualLoop());
      room.join(member);
      broker.whenDrained(() -> room.publish("late"));

      rooms.drained().join();

      assertThat(member.texts()).containsExactly("late");
    }

    @Test
    void deliversWhatThereIsBeforeItWaitsForTheBroker() {
      FakeMember member = new FakeMember("m", new ManualLoop());
      room.join(member);
      room.publish("1");
      List<String> before = new ArrayList<>();
      broker.whenDrained(() -> before.addAll(member.texts()));

      rooms.drained().join();

      assertThat(before).containsExactly("1");
    }

    @Test
    void deliversWhatThereIsWhenTheBrokerCannotSay() {
      FakeMember member = new FakeMember("m", new ManualLoop());
      room.join(member);
      room.publish("1");
      broker.whenDrained(() -> {
        throw new BrokerException("no idea");
      });

      rooms.drained().join();

      assertThat(member.texts()).containsExactly("1");
    }

    @Test
    void asksNoBrokerThatWasNotStarted() {
      rooms.drained().join();

      assertThat(broker.calls).isEmpty();
    }

    @Test
    void closesTheBrokerLast() {
      room.join(ann);
      rooms.refusePublications();
      room.leave(ann);

      rooms.close();

      assertThat(broker.calls).endsWith("unsubscribe room", "close");
    }
  }

  @Nested
  class Pressure {

    private static final ThreadFactory DAEMONS = Thread.ofPlatform().daemon().factory();
    private static final int MIB = 1 << 20;
    private static final long MOST = MIB + MIB / 16 + GroupEvent.OVERHEAD_BYTES;

    private final ManualLoop held = new ManualLoop();
    private final String text = "x".repeat(MIB / 16);
    private long mostWaited;

    @Test
    void letsAPublisherDeliverWhenTheLoopIsHeld() {
      Room room = rooms.room("room");
      FakeMember member = new FakeMember("m", held);
      room.join(member);

      for (int i = 0; i < 160; i++) {
        room.publish(text);
        note();
      }

      assertThat(mostWaited).isLessThanOrEqualTo(MOST);
      assertThat(member.publications).hasSizeGreaterThan(140);
    }

    @Test
    void letsAMemberThatPublishesIntoAnotherRoomDeliverThere() {
      Room from = rooms.room("from");
      Room to = rooms.room("to");
      ManualLoop loop = new ManualLoop();
      to.join(new FakeMember("m", held));
      from.join(publishing("bridge", loop, to));

      for (int i = 0; i < 160; i++) {
        from.publish(text);
        loop.runAll();
        note();
      }

      assertThat(mostWaited).isLessThanOrEqualTo(MOST);
    }

    @Test
    void roomsThatPublishIntoEachOtherGoOn() throws Exception {
      Room one = rooms.room("one");
      Room other = rooms.room("other");
      ExecutorService ones = Executors.newSingleThreadExecutor(DAEMONS);
      ExecutorService others = Executors.newSingleThreadExecutor(DAEMONS);
      CountDownLatch both = new CountDownLatch(2);
      one.join(flooding("one", ones, other, both));
      other.join(flooding("other", others, one, both));
      FakeMember last = new FakeMember("last", ones);
      one.join(last);
      one.publish("go");
      other.publish("go");

      assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
      rooms.drained().get(30, TimeUnit.SECONDS);

      assertThat(last.publications).hasSize(41);
      assertThat(rooms.counts().waitingBytes()).isZero();
      ones.shutdown();
      others.shutdown();
    }

    private void note() {
      mostWaited = Math.max(mostWaited, rooms.counts().waitingBytes());
    }

    private FakeMember publishing(String id, Executor loop, Room to) {
      return new FakeMember(id, loop) {
        @Override
        public void deliver(Publication publication) {
          var _ = to.publish(publication.message());
        }
      };
    }

    /// Publishes 2.5 MiB into the other room at the first delivery, when both are delivered to.
    private FakeMember flooding(String id, Executor loop, Room to, CountDownLatch both) {
      return new FakeMember(id, loop) {
        @Override
        public void deliver(Publication publication) {
          if (publication.message().equals(Text.of("go"))) {
            both.countDown();
            await(both);
            for (int i = 0; i < 40; i++) {
              to.publish(text);
            }
          }
        }
      };
    }

    private void await(CountDownLatch latch) {
      try {
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void tellsThatNothingWasPublished() {
    broker.fail(true);

    CompletableFuture<Published> published = rooms.room("room").publish("x");

    assertThat(published.exceptionNow()).hasMessage("the broker is away");
    assertThat(failed).containsExactly("room: the broker is away");
  }

  private static final class ThrowingPresenceStore implements PresenceStore {

    @Override
    public CompletableFuture<Void> enter(String room, Present member) {
      throw new IllegalStateException("the store is closed");
    }

    @Override
    public CompletableFuture<Void> leave(String room, Present member) {
      throw new IllegalStateException("the store is closed");
    }

    @Override
    public CompletableFuture<Presence> presence(String room, int limit) {
      throw new IllegalStateException("the store is closed");
    }

    @Override
    public void close() {}
  }
}
