// Does the tasks of a plan with `ws`, and writes down what came of each.
//
// node strangers.mjs plan.json outcomes.json

import { readFileSync, writeFileSync } from 'node:fs';
import WebSocket from 'ws';

const SENTENCE = Buffer.from('A gimlet is a small tool that opens a hole: ⚙ øåé 𝄞. ');
const PATIENCE_MILLIS = 60_000;

/** Text of exactly so many bytes; cut characters become full stops. */
function text(size) {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += SENTENCE.length) SENTENCE.copy(bytes, at);
  let end = size - 1;
  while (end >= 0 && (bytes[end] & 0xc0) === 0x80) end--;
  if (end >= 0 && bytes[end] >= 0x80) bytes.fill('.', end);
  return bytes;
}

/** Bytes that no deflater makes smaller, the same for each size (xorshift). */
function noise(size) {
  const bytes = Buffer.alloc(size);
  let state = 88172645 ^ size;
  for (let at = 0; at < size; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  return bytes;
}

const payloads = new Map();
function payload(size, binary) {
  const key = `${size} ${binary}`;
  if (!payloads.has(key)) payloads.set(key, binary ? noise(size) : text(size));
  return payloads.get(key);
}

function window(bits) {
  if (bits === 'absent') return false;
  return bits === 'bare' ? true : Number(bits);
}

function connect({ url, offer }) {
  return new WebSocket(url, {
    perMessageDeflate: {
      threshold: 0,
      // Not false: that would refuse a server that forgets by itself (RFC 7692 §7.1.1).
      serverNoContextTakeover: offer.serverForgets || undefined,
      clientNoContextTakeover: offer.clientForgets || undefined,
      serverMaxWindowBits: window(offer.serverBits),
      clientMaxWindowBits: window(offer.clientBits),
    },
  });
}

function send(socket, bytes, binary, fragmented) {
  if (!fragmented) {
    socket.send(bytes, { binary });
    return;
  }
  const third = Math.floor(bytes.length / 3); // often inside a character
  socket.send(bytes.subarray(0, third), { binary, fin: false });
  socket.send(bytes.subarray(third, 2 * third), { binary, fin: false });
  socket.send(bytes.subarray(2 * third), { binary, fin: true });
}

/** What comes with the event; an error, an early end or too long a wait reject it. */
function once(socket, event) {
  const watch = new AbortController();
  return new Promise((resolve, reject) => {
    const on = (name, listener) => {
      socket.once(name, listener);
      watch.signal.addEventListener('abort', () => socket.off(name, listener));
    };
    const timer = setTimeout(() => reject(new Error(`no ${event}`)), PATIENCE_MILLIS);
    watch.signal.addEventListener('abort', () => clearTimeout(timer));
    if (event !== 'close') {
      on('close', (code) => reject(new Error(`closed with ${code} before ${event}`)));
    }
    on('error', reject);
    on(event, (...values) => resolve(values));
  }).finally(() => watch.abort());
}

async function echo(socket, size, binary, fragmented, outcome) {
  const name = `${size} bytes of ${binary ? 'noise' : 'text'}${fragmented ? ' in fragments' : ''}`;
  const sent = payload(size, binary);
  const before = socket._socket.bytesRead;
  const answer = once(socket, 'message');
  send(socket, sent, binary, fragmented);
  const [received, isBinary] = await answer;
  if (isBinary !== binary || !received.equals(sent)) {
    outcome.faults.push(`${name}: not what was sent`);
  } else if (!binary && size >= 1024 && socket._socket.bytesRead - before > size / 2) {
    outcome.faults.push(`${name}: not compressed`);
  } else {
    outcome.echoes++;
  }
}

async function perform(task) {
  const outcome = { task, answer: '', echoes: 0, code: 0, faults: [] };
  const socket = connect(task);
  socket.once('upgrade', (response) => {
    outcome.answer = response.headers['sec-websocket-extensions'] ?? '';
  });
  try {
    await once(socket, 'open');
    for (const size of task.sizes) {
      for (const binary of [false, true]) {
        for (const fragmented of [false, true]) {
          await echo(socket, size, binary, fragmented, outcome);
        }
      }
    }
    const end = once(socket, 'close');
    socket.close(1000);
    [outcome.code] = await end;
  } catch (error) {
    outcome.faults.push(String(error));
    socket.on('error', () => {}); // what ends it is told already
    socket.terminate();
  }
  return outcome;
}

const [plan, outcomes] = process.argv.slice(2);
const results = [];
for (const task of JSON.parse(readFileSync(plan))) results.push(await perform(task));
writeFileSync(outcomes, JSON.stringify(results));
