package dev.gimlet.transport;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Hands items from many threads to one, in order for each giver, until one of them gives the last.
///
/// Thread-safe: one atomic reference to the newest item, from which the older ones hang. While it
/// is empty it costs nothing but that reference.
final class Handoff<T> {

  // One object less for every connection than an AtomicReference.
  @SuppressWarnings("rawtypes") // an updater knows no type parameters
  private static final AtomicReferenceFieldUpdater<Handoff, @Nullable Node> NEWEST =
      AtomicReferenceFieldUpdater.newUpdater(Handoff.class, Node.class, "newest");

  /// What became of an item.
  enum Given {
    /// Nothing else waits: the taker has to be woken.
    FIRST,
    /// Others wait, so the taker knows.
    FURTHER,
    /// The last item was given before: this one is not taken.
    REFUSED
  }

  private static class Node<T> {

    final @Nullable T item;
    @Nullable Node<T> next; // the older one while waiting, the newer one once taken

    Node(@Nullable T item) {
      this.item = item;
    }
  }

  /// Nothing comes after it; without an item, once that is taken.
  private static final class Last<T> extends Node<T> {

    Last(@Nullable T item) {
      super(item);
    }
  }

  private volatile @Nullable Node<T> newest;

  /// Gives an item.
  Given give(T item) {
    return give(new Node<>(item));
  }

  /// Gives the last item: what others give later is refused.
  Given end(T item) {
    return give(new Last<>(item));
  }

  private Given give(Node<T> node) {
    Node<T> older;
    do {
      older = newest;
      if (older instanceof Last) {
        return Given.REFUSED;
      }
      node.next = older;
    } while (!NEWEST.compareAndSet(this, older, node));
    return older == null ? Given.FIRST : Given.FURTHER;
  }

  boolean isEmpty() {
    Node<T> node = newest;
    return node == null || node.item == null;
  }

  /// Takes everything, oldest first.
  void takeAll(Consumer<T> taker) {
    Node<T> node = reverse(takeNewest());
    while (node != null && node.item != null) {
      taker.accept(node.item);
      node = node.next;
    }
  }

  private @Nullable Node<T> takeNewest() {
    Node<T> taken;
    do {
      taken = newest;
    } while (!NEWEST.compareAndSet(this, taken, taken instanceof Last ? new Last<>(null) : null));
    return taken;
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
