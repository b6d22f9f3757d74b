package dev.gimlet.room;

/// What the rooms of one node hold and have done; see [Rooms#counts()]. Immutable.
///
/// `rooms` have members now, and `members` counts a member in two rooms twice. `publications` came
/// to rooms with members, and `deliveries` is how often one was given to a member, both since the
/// start. `waitingBytes` is on its way to members, beside what waits in their outboxes.
public record RoomCounts(
    long rooms, long members, long publications, long deliveries, long waitingBytes) {}
