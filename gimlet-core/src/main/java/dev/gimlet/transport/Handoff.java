package dev.gimlet.transport;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Hands items from many threads to one, in order for each giver.
///
/// Thread-safe: one atomic reference to the newest item, from which the older ones hang. While it
/// is empty it costs nothing but that reference.
final class Handoff<T> {

  private static final class Node<T> {

    final T item;
    @Nullable Node<T> next; // the older one while waiting, the newer one once taken

    Node(T item) {
      this.item = item;
    }
  }

  private final AtomicReference<@Nullable Node<T>> newest = new AtomicReference<>();

  /// Gives an item; true when nothing was waiting, so that the taker has to be woken.
  boolean give(T item) {
    Node<T> node = new Node<>(item);
    Node<T> older;
    do {
      older = newest.get();
      node.next = older;
    } while (!newest.compareAndSet(older, node));
    return older == null;
  }

  boolean isEmpty() {
    return newest.get() == null;
  }

  /// Takes everything, oldest first.
  void takeAll(Consumer<T> taker) {
    for (Node<T> node = reverse(newest.getAndSet(null)); node != null; node = node.next) {
      taker.accept(node.item);
    }
  }

  private static <T> @Nullable Node<T> reverse(@Nullable Node<T> newestFirst) {
    Node<T> reversed = null;
    Node<T> node = newestFirst;
    while (node != null) {
      Node<T> older = node.next;
      node.next = reversed;
      reversed = node;
      node = older;
    }
    return reversed;
  }
}
