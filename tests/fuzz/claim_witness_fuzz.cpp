// A changed witness of a kickoff or an assert part is read exactly when its leaf accepts it (but for the
// operator's signature), and what is read can be shown again.

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/error.hpp"
#include "bitcoin/script_machine.hpp"
#include "bitcoin/taproot.hpp"
#include "optimistic/claim_leaves.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::optimistic;

namespace {

constexpr std::uint32_t epoch = 3;

/// A claim in which every value is of one byte again and again; witnesses do not care that it is false.
struct Claim {
  ClaimProgram program{ClaimConstants{}};
  ClaimLayout layout{program};
  ClaimKeys keys;
  ClaimSignatures signatures;
  std::vector<crypto::OtsPublicKey> sequencer;
  crypto::OtsSignature root;
  crypto::XOnlyKey operator_key = bitcoin::nums_point();

  Claim() {
    for (std::size_t i = 0; i < program.values().size(); ++i) {
      auto secret = crypto::OtsSecret::from(Bytes(20, static_cast<std::uint8_t>(i)));
      Bytes value(program.values()[i].bytes, static_cast<std::uint8_t>(37 * i));
      if (program.values()[i].name == "root_epoch") value = big_endian(epoch, 4);
      if (program.values()[i].name == "root") value = Bytes(32, 0xab);
      keys.push_back(crypto::ots_public_key(secret, value.size()));
      signatures.push_back(crypto::ots_sign(secret, value));
    }
    auto secret = crypto::OtsSecret::from(Bytes(20, 0xfe));
    sequencer = {crypto::ots_public_key(secret, 32)};
    root = crypto::ots_sign(secret, Bytes(32, 0xab));
  }
};

/// True when the leaf, cut off before the operator's key, takes all but the lowest element.
bool accepted(const bitcoin::Script& leaf, const bitcoin::Witness& stack) {
  constexpr std::size_t checksig = 34;
  static const bitcoin::Transaction tx = [] {
    bitcoin::Transaction one;
    one.inputs.resize(1);
    return one;
  }();
  static const bitcoin::SighashCache cache(tx, {{Sat(0), bitcoin::p2tr_script(bitcoin::nums_point())}});
  bitcoin::TransactionChecker checker(cache, 0, Sat(0));
  bitcoin::ScriptMachine machine(bitcoin::ScriptRules::tapscript, bitcoin::consensus_flags, checker);
  for (const Bytes& element : stack) {
    if (element.size() > 520 || machine.stack.size() == ClaimLayout::max_elements) return false;
    machine.stack.push(bitcoin::StackElement::view(element));
  }
  bitcoin::Script body(leaf.begin(), leaf.end() - checksig);
  return machine.run(body) == bitcoin::ScriptError::OK && machine.stack.size() == 1;
}

/// Changes the elements as the input says: which, how, and a byte.
bitcoin::Witness changed(bitcoin::Witness stack, ByteView edits) {
  for (; edits.size() >= 4 && !stack.empty(); edits = edits.subspan(4)) {
    std::size_t at = (edits[0] | edits[1] << 8) % stack.size();
    Bytes& element = stack[at];
    auto position = stack.begin() + static_cast<std::ptrdiff_t>(at);
    switch (edits[2] % 8) {
      case 0:
        element.push_back(edits[3]);
        break;
      case 1:
        element = {edits[3]};
        break;
      case 2:
        stack.erase(position);
        break;
      case 3:
        stack.insert(position, Bytes(edits[3] % 24, edits[3]));
        break;
      case 4:
        std::swap(element, stack[edits[3] % stack.size()]);
        break;
      case 5:
        element.clear();
        break;
      case 6:
        stack.resize(stack.size() - edits[3] % stack.size());
        break;
      default:
        if (!element.empty())
          element[edits[3] % element.size()] ^= static_cast<std::uint8_t>(1 << edits[3] % 8);
    }
  }
  return stack;
}

void check(bool read, bool takes) {
  if (read != takes) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Claim claim;
  if (size == 0) return 0;
  std::size_t part = data[0] % (claim.layout.parts() + 1);
  ByteView edits = ByteView(data, size).subspan(1);
  const Bytes signature(64, 1);
  auto whole = [](bitcoin::Witness stack) {
    stack.push_back({bitcoin::OP_1});
    stack.push_back(Bytes(33, 0xc0));
    return stack;
  };
  if (part == claim.layout.parts()) {
    auto stack = changed(kickoff_witness(claim.program, claim.layout, claim.signatures, signature), edits);
    auto read = read_kickoff(claim.program, claim.layout, claim.keys, whole(stack));
    bitcoin::Script leaf = kickoff_leaf(claim.program, claim.layout, claim.keys, claim.operator_key);
    check(read.has_value(), accepted(leaf, stack));
    if (read) check(true, accepted(leaf, kickoff_witness(claim.program, claim.layout, *read, signature)));
  } else if (part == 0) {
    auto stack =
        changed(epoch_witness(claim.program, claim.layout, claim.signatures, claim.root, signature), edits);
    auto read = read_epoch(claim.program, claim.layout, claim.keys, claim.sequencer, epoch, whole(stack));
    check(read.has_value(), accepted(epoch_leaf(claim.program, claim.layout, claim.keys, claim.operator_key,
                                                epoch, claim.sequencer[0]),
                                     stack));
  } else {
    auto stack =
        changed(assert_witness(claim.program, claim.layout, claim.signatures, part, signature), edits);
    auto read = read_assert(claim.program, claim.layout, claim.keys, part, whole(stack));
    check(read.has_value(),
          accepted(assert_leaf(claim.program, claim.layout, claim.keys, claim.operator_key, part), stack));
  }
  return 0;
}
