# Runs a side of Autobahn's `wstest` under Jython, which speaks Python 2.7.
#
#   wstest.py <folder of the suite> fuzzingclient|fuzzingserver <spec.json>

import sys
import types

suite, mode, spec = sys.argv[1:]
sys.path.insert(0, suite)
sys.dont_write_bytecode = False  # kept beside the sources: the next start takes half the time

from java.nio import ByteBuffer, CharBuffer
from java.nio.charset import StandardCharsets
from java.util import BitSet


# A JDK in the place of loops in Python over each byte, which take seconds for large messages: the
# suite looks for `wsaccel`, a package with faster classes, before it falls back to its own.


class NullMasker:
  def __init__(self, key=None):
    self.masked = 0

  def pointer(self):
    return self.masked

  def reset(self):
    self.masked = 0

  def process(self, data):
    self.masked += len(data)
    return data


class Masker(NullMasker):
  def __init__(self, key):
    NullMasker.__init__(self)
    self.key = str(key)

  def process(self, data):
    first = self.masked % 4
    self.masked += len(data)
    keys = (self.key * (len(data) / 4 + 2))[first:first + len(data)]
    masked = bits(str(data) + '\x01')  # without a last bit that is set, zeros at the end would go
    masked.xor(bits(keys + '\x00'))
    return masked.toByteArray().tostring()[:-1]


def bits(octets):
  return BitSet.valueOf(ByteBuffer.wrap(octets))


class Utf8Validator:
  def __init__(self):
    self.reset()

  def reset(self):
    self.unfinished = ''
    self.total = 0

  def validate(self, data):
    octets = self.unfinished + str(data)
    source = ByteBuffer.wrap(octets)
    decoder = StandardCharsets.UTF_8.newDecoder()
    result = decoder.decode(source, CharBuffer.allocate(len(octets)), False)
    self.unfinished = octets[source.position():]
    self.total += len(data)
    return not result.isError(), not self.unfinished, len(data), self.total


def provide(name, **members):
  module = types.ModuleType(name)
  module.__dict__.update(members)
  sys.modules[name] = module


provide('wsaccel')
provide(
    'wsaccel.xormask',
    XorMaskerNull=NullMasker,
    createXorMasker=lambda key, length=None: Masker(key))
provide('wsaccel.utf8validator', Utf8Validator=Utf8Validator)


from autobahntestsuite import wstest
from autobahntestsuite.fuzzing import FuzzingProtocol


# A case ends when the server has done what it must; these deadlines only end those that fail. One
# second is not enough for that on a busy machine.
PATIENCE = 10


def patient(end_after):
  return lambda protocol, seconds: end_after(protocol, seconds * PATIENCE)


FuzzingProtocol.killAfter = patient(FuzzingProtocol.killAfter)
FuzzingProtocol.closeAfter = patient(FuzzingProtocol.closeAfter)

sys.argv = ['wstest', '--mode', mode, '--spec', spec]
wstest.run()
