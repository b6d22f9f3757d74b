package dev.gimlet.entrance;

import dev.gimlet.http.HttpException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// What was counted for one accepted connection, so that it is given back once.
///
/// One of all connections from the start, if any was left, to the end of the socket; one of its
/// address as a socket, then one of its address and user as a WebSocket, and while that has been
/// closed and its socket has not, one of its address as a socket again.
///
/// Thread-safe: one lock, this object. A handler's thread takes while an event loop may give back.
public final class Seat {
  private final Admission admission;
  private boolean taken; // one of all
  private @Nullable AddressBlock socket; // null when it does not count, or is an open WebSocket
  private @Nullable AddressBlock address; // null when it does not count, or is no WebSocket
  private @Nullable String user; // likewise
  private boolean gone;

  Seat(Admission admission) {
    this.admission = admission;
    taken = admission.take();
  }

  /// Counts a connection of that address; false when it has too many.
  public synchronized boolean countSocket(InetSocketAddress peer, boolean proxied) {
    AddressBlock block = admission.blockOf(peer.getAddress(), proxied);
    if (gone || block == null) {
      return true;
    }
    if (!admission.addSocket(block)) {
      return false;
    }
    socket = block;
    return true;
  }

  /// Counts a WebSocket: from here it has a place, until it is closed.
  ///
  /// @throws HttpException 503 when a limit is reached; nothing has been counted then
  public synchronized void admit(Client client, @Nullable String name) {
    if (gone) {
      return; // the upgrade will find out
    }
    if (!taken && !admission.take()) {
      throw admission.full();
    }
    taken = true;
    try {
      countAddress(client);
      countUser(name);
      if (!admission.admitNow()) {
        throw admission.tooManyAtOnce();
      }
    } catch (HttpException refused) {
      leaveNow();
      throw refused;
    }
    forgetSocket();
  }

  private void countAddress(Client client) {
    AddressBlock block = admission.blockOf(client.address().getAddress(), client.proxied());
    if (block != null) {
      if (!admission.addAddress(block)) {
        throw admission.addressFull();
      }
      address = block;
    }
  }

  private void countUser(@Nullable String name) {
    if (name != null) {
      if (!admission.addUser(name)) {
        throw admission.userFull();
      }
      user = name;
    }
  }

  /// The WebSocket is closed; its socket may live a little longer.
  public synchronized void leave() {
    if (address != null) {
      admission.addClosing(address);
      socket = address;
    }
    leaveNow();
  }

  private void leaveNow() {
    if (address != null) {
      admission.removeAddress(address);
      address = null;
    }
    if (user != null) {
      admission.removeUser(user);
      user = null;
    }
  }

  private void forgetSocket() {
    if (socket != null) {
      admission.removeSocket(socket);
      socket = null;
    }
  }

  /// The socket is closed.
  public synchronized void end() {
    gone = true;
    leaveNow();
    forgetSocket();
    if (taken) {
      taken = false;
      admission.giveBack();
    }
  }
}
