/// What log lines are made of, for all modules.
///
/// Read in this order: [PrintableText][dev.gimlet.log.PrintableText] (what strangers sent, in one
/// line), [LineLimit][dev.gimlet.log.LineLimit] (how many lines they can cause).
///
/// Nothing here writes a line, and nothing here knows a connection.
@NullMarked
package dev.gimlet.log;

import org.jspecify.annotations.NullMarked;
