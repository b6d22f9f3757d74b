package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.Text;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class MemberGroupTest {

  private final List<String> failures = new ArrayList<>();
  private final ServerEvents events =
      new ServerEvents() {
        @Override
        public void handlerFailed(String where, Throwable failure) {
          failures.add(where + ": " + failure.getMessage());
        }
      };
  private final ManualLoop loop = new ManualLoop();
  private final LiveRoom room =
      new LiveRoom(
          "room",
          RoomOptions.defaults(),
          new RoomServices(
              new InMemoryPresenceStore(), events, new ManualDelay(), new RoomCounters()));

  @Test
  void lendsTheEventLoopToOthersAfterASlice() {
    AtomicInteger deliveries = new AtomicInteger();
    for (int i = 0; i < 10_000; i++) {
      join(counting("m" + i, deliveries));
    }
    loop.runAll();
    publish("hello");

    loop.runOne();
    assertThat(deliveries).hasValue(MemberGroup.SLICE_DELIVERIES);
    assertThat(loop.waiting()).isEqualTo(1);

    loop.runOne();
    assertThat(deliveries).hasValue(10_000);
    assertThat(loop.waiting()).isZero();
  }

  @Test
  void takesOneTaskForABurst() {
    join(new FakeMember("a", loop));
    join(new FakeMember("b", loop));
    loop.runAll();

    for (int i = 0; i < 100; i++) {
      publish("m" + i);
    }

    assertThat(loop.waiting()).isEqualTo(1);
  }

  @Test
  void givesAMemberAllThatWaitsBeforeTheNextMember() {
    List<String> order = new ArrayList<>();
    join(writing("a", order));
    join(writing("b", order));
    publish("1");
    publish("2");

    loop.runAll();

    assertThat(order).containsExactly("a1", "a2", "b1", "b2");
  }

  @Test
  void letsTheLoopFlushBeforeAnOutboxIsFull() {
    FakeMember member = new FakeMember("a", loop);
    join(member);
    loop.runAll();
    for (int i = 0; i < 100; i++) {
      room.publish(publication(Binary.of(new byte[10 << 10])));
    }

    loop.runOne();
    assertThat(member.publications).hasSize(7); // the first that make 64 KiB

    loop.runAll();
    assertThat(member.publications).hasSize(100);
  }

  @Test
  void beginsWithTheFirstAfterJoiningAndEndsWithTheLastBeforeLeaving() {
    FakeMember first = new FakeMember("first", loop);
    FakeMember second = new FakeMember("second", loop);
    join(first);
    publish("1");
    join(second);
    publish("2");
    loop.runAll();
    publish("3");
    loop.runAll();
    room.leave(second);
    publish("4");

    loop.runAll();

    assertThat(first.texts()).containsExactly("1", "2", "3", "4");
    assertThat(second.texts()).containsExactly("2", "3");
  }

  @Test
  void deliversNothingThatStillWaitedWhenAMemberLeft() {
    FakeMember member = new FakeMember("a", loop);
    join(member);
    publish("1");

    room.leave(member);
    loop.runAll();

    assertThat(member.publications).isEmpty();
  }

  @Test
  void keepsTheOthersWhenOneOfManyLeaves() {
    List<FakeMember> members = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      members.add(new FakeMember("m" + i, loop));
      join(members.getLast());
    }
    for (int i = 0; i < 100; i += 3) {
      room.leave(members.get(i));
    }

    publish("hello");
    loop.runAll();

    for (int i = 0; i < 100; i++) {
      assertThat(members.get(i).publications).hasSize(i % 3 == 0 ? 0 : 1);
    }
  }

  @Test
  void publishersDeliverWhenTheLoopIsTooSlow() {
    FakeMember member = new FakeMember("a", loop);
    join(member);
    long most = 0;

    for (int i = 0; i < 10_000; i++) {
      publish("%1024d".formatted(i));
      room.help();
      most = Math.max(most, room.waitingBytes());
    }

    assertThat(most).isLessThanOrEqualTo(MemberGroup.HELP_BYTES);
    assertThat(member.publications).hasSizeGreaterThan(9_000);
    loop.runAll();
    assertThat(member.texts().stream().map(String::strip).map(Integer::valueOf))
        .hasSize(10_000)
        .isSorted();
    assertThat(room.waitingBytes()).isZero();
  }

  @Test
  void deliversTheRestWhenDrained() {
    FakeMember member = new FakeMember("a", loop);
    join(member);
    publish("1");

    room.drain();

    assertThat(member.texts()).containsExactly("1");
    assertThat(room.waitingBytes()).isZero();
  }

  @Test
  void goesOnWhenAMemberThrows() {
    FakeMember broken =
        new FakeMember("broken", loop) {
          @Override
          public void deliver(Publication publication) {
            throw new IllegalStateException("not today");
          }
        };
    FakeMember other = new FakeMember("other", loop);
    join(broken);
    join(other);
    publish("1");
    publish("2");

    loop.runAll();

    assertThat(other.texts()).containsExactly("1", "2");
    assertThat(failures).containsExactly("member broken: not today", "member broken: not today");
  }

  @Test
  void memoryThatOneMemberCannotHaveConcernsNoOther() {
    FakeMember first = new FakeMember("first", loop);
    FakeMember poor = poor("2");
    FakeMember last = new FakeMember("last", loop);
    join(first);
    join(poor);
    join(last);
    loop.runAll();
    publish("1");
    publish("2");
    publish("3");

    loop.runAll();
    publish("4");
    loop.runAll();

    assertThat(first.texts()).containsExactly("1", "2", "3", "4");
    assertThat(poor.texts()).containsExactly("1", "3", "4");
    assertThat(last.texts()).containsExactly("1", "2", "3", "4");
    assertThat(failures).containsExactly("member poor: not for you");
    assertThat(room.waitingBytes()).isZero();
  }

  @Test
  void tellsAMemberWithAPositionWhatItHadNoMemoryFor() {
    FakeMember poor = poor("2");
    CompletableFuture<Recovery> joined = new CompletableFuture<>();
    assertThat(room.join(poor, new Arrival.Since(at(0), joined)))
        .isEqualTo(LiveRoom.Joining.JOINED);
    Recovery answer = new Recovery.Recovered(List.of(), at(0));
    Membership membership = Objects.requireNonNull(room.membership(poor));
    room.answer(membership, new GroupEvent.RecoveryCame(membership, answer));
    for (int i = 1; i <= 3; i++) {
      Text text = Text.of(Integer.toString(i));
      room.publish(Publication.at(at(i), text, Map.of(), Instant.EPOCH));
    }

    loop.runAll();

    assertThat(joined).isCompletedWithValue(answer);
    assertThat(poor.texts()).containsExactly("1", "3");
    assertThat(poor.lost).containsExactly(at(2));
  }

  @Test
  void closesAWebSocketThatMissesSomethingForWantOfMemory() {
    FakeConnection poor =
        new FakeConnection(1, loop) {
          @Override
          public SendResult send(PreparedMessage message) {
            throw new OutOfMemoryError("not for you");
          }
        };
    FakeConnection other = new FakeConnection(2, loop);
    join(new WebSocketMember(poor));
    join(new WebSocketMember(other));
    publish("1");

    loop.runAll();

    assertThat(poor.closeStatus().orElseThrow().code()).isEqualTo(CloseStatus.INTERNAL_ERROR);
    assertThat(other.received).containsExactly(Text.of("1"));
    assertThat(failures).containsExactly("member WebSocket 1: not for you");
  }

  @Test
  void memoryThatIsMissingForAFailureTooConcernsNoOther() {
    FakeConnection poor =
        new FakeConnection(1, loop) {
          @Override
          public SendResult send(PreparedMessage message) {
            throw new OutOfMemoryError("not for you");
          }

          @Override
          public void close(CloseStatus status) {
            throw new OutOfMemoryError("not for that either");
          }
        };
    FakeConnection other = new FakeConnection(2, loop);
    join(new WebSocketMember(poor));
    join(new WebSocketMember(other));
    publish("1");

    loop.runAll();

    assertThat(other.received).containsExactly(Text.of("1"));
    assertThat(room.waitingBytes()).isZero();
  }

  @Test
  void callsAgainAfterAnExecutorThatFailed() {
    AtomicBoolean fails = new AtomicBoolean();
    FakeMember member =
        new FakeMember(
            "a",
            task -> {
              if (fails.get()) {
                throw new IllegalStateException("too many tasks");
              }
              loop.execute(task);
            });
    join(member);
    loop.runAll();
    fails.set(true);
    publish("1");
    fails.set(false);

    publish("2");
    loop.runAll();

    assertThat(member.texts()).containsExactly("1", "2");
    assertThat(failures).hasSize(1).first().asString().endsWith(": too many tasks");
  }

  @Test
  void letsAMemberPublishWhileItIsDeliveredTo() {
    List<String> order = new ArrayList<>();
    FakeMember answering = new FakeMember("a") { // whose executor runs tasks at once
          @Override
          public void deliver(Publication publication) {
            String text = ((Text) publication.message()).value();
            order.add(text);
            if (text.length() < 4) {
              publish(text + "!");
              room.help();
            }
          }
        };
    join(answering);

    publish("1");

    assertThat(order).containsExactly("1", "1!", "1!!", "1!!!");
  }

  @Test
  void aDeliveryThatPublishesMuchDoesNotDeliverInsideItself() {
    List<Integer> sizes = new ArrayList<>();
    FakeMember answering =
        new FakeMember("a", loop) {
          @Override
          public void deliver(Publication publication) {
            sizes.add(publication.message().size());
            if (publication.message().size() == 1) {
              for (int i = 0; i < 40; i++) {
                room.publish(publication(Binary.of(new byte[64 << 10])));
                room.help();
              }
            }
          }
        };
    join(answering);

    publish("1");
    loop.runAll();

    assertThat(sizes).hasSize(41);
    assertThat(sizes.getFirst()).isEqualTo(1);
  }

  @Test
  void letsGoOfMembersAndTheirLoop() {
    FakeMember member = new FakeMember("a", loop);
    join(member);
    room.leave(member);
    join(member);
    publish("1");

    loop.runAll();

    assertThat(member.texts()).containsExactly("1");
  }

  private void join(Member member) {
    assertThat(room.join(member, new Arrival.Plain())).isEqualTo(LiveRoom.Joining.JOINED);
  }

  private void publish(String text) {
    room.publish(publication(Text.of(text)));
  }

  private static Publication publication(Message message) {
    return Publication.of(message, Map.of(), Instant.EPOCH);
  }

  private static Position at(long offset) {
    return Position.of("e", offset);
  }

  private FakeMember poor(String text) {
    return new FakeMember("poor", loop) {
      @Override
      public void deliver(Publication publication) {
        if (publication.message().equals(Text.of(text))) {
          throw new OutOfMemoryError("not for you");
        }
        super.deliver(publication);
      }
    };
  }

  private FakeMember counting(String id, AtomicInteger deliveries) {
    return new FakeMember(id, loop) {
      @Override
      public void deliver(Publication publication) {
        deliveries.incrementAndGet();
      }
    };
  }

  private FakeMember writing(String id, List<String> order) {
    return new FakeMember(id, loop) {
      @Override
      public void deliver(Publication publication) {
        order.add(id + ((Text) publication.message()).value());
      }
    };
  }
}
