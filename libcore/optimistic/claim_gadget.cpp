#include "optimistic/claim_gadget.hpp"

#include <set>

#include "base/error.hpp"
#include "gadgets/nibble_script.hpp"
#include "gadgets/sha256_script.hpp"

namespace pegkit::optimistic {
namespace {

class GadgetWriter {
 public:
  GadgetWriter(const ClaimProgram& program, std::span<const std::string> entry)
      : program_(program), script_(entry) {}

  void write(const ClaimCompress& relation) {
    const gadgets::Sha256Gadget& gadget =
        relation.state ? gadgets::sha256_compress_gadget() : gadgets::sha256_compress_iv_gadget();
    run(gadget, arrangement(gadget, run_of(relation.block), relation.state, relation.result));
  }

  void write(const ClaimHashPair& relation) {
    const gadgets::Sha256Gadget& gadget = gadgets::sha256_hash64_gadget();
    auto entry_of = [&](std::size_t first, std::size_t second) {
      gadgets::NibbleRun message = run_of(first), rest = run_of(second);
      message.insert(message.end(), rest.begin(), rest.end());
      return arrangement(gadget, message, std::nullopt, relation.result);
    };
    gadgets::NibbleRun choice = run_of(relation.choice);
    gadgets::NibbleTest::bit(choice, static_cast<std::size_t>(relation.bit)).emit(script_);
    for (const gadgets::Nibble& nibble : choice) script_.remove(nibble.name);
    script_.if_();
    arrange(entry_of(relation.right, relation.left));
    script_.else_();
    arrange(entry_of(relation.left, relation.right));
    script_.endif();
    call(gadget);
  }

  void write(const ClaimCheck& check) {
    gadgets::NibbleTest::no(test_of(check)).emit(script_);
    script_.keep_top();
  }

  ClaimGadget take() {
    if (script_.height() != 1 || script_.alt_height() != 0)
      throw Error(Exit::bug, "claim.gadget", "a claim's gadget leaves more than its answer");
    ClaimGadget out{{}, script_.peak()};
    out.script = script_.take();
    return out;
  }

 private:
  gadgets::NibbleRun run_of(std::size_t value) const {
    const ClaimValue& of = program_.values()[value];
    return gadgets::nibble_run(of.name, 0, 2 * of.bytes);
  }

  gadgets::NibbleRun run_of(const ClaimBlock& block) const {
    gadgets::NibbleRun out;
    for (const ClaimPiece& piece : block.pieces) {
      gadgets::NibbleRun part = piece.value ? gadgets::nibble_run(program_.values()[*piece.value].name,
                                                                  2 * piece.offset, 2 * piece.length)
                                            : gadgets::constant_run(piece.constant);
      out.insert(out.end(), part.begin(), part.end());
    }
    return out;
  }

  gadgets::NibbleTest test_of(const ClaimCheck& check) const {
    std::vector<gadgets::NibbleTest> parts;
    for (const ClaimCheck& part : check.parts) parts.push_back(test_of(part));
    switch (check.kind) {
      case ClaimCheck::Kind::equal:
        return gadgets::NibbleTest::equal(run_of(check.a), run_of(check.b));
      case ClaimCheck::Kind::at_most:
        return gadgets::NibbleTest::at_most(run_of(check.a), run_of(check.b));
      case ClaimCheck::Kind::bit:
        return gadgets::NibbleTest::bit(run_of(check.a), static_cast<std::size_t>(check.index));
      case ClaimCheck::Kind::all:
        return gadgets::NibbleTest::all(std::move(parts));
      case ClaimCheck::Kind::any:
        return gadgets::NibbleTest::any(std::move(parts));
      case ClaimCheck::Kind::no:
        return gadgets::NibbleTest::no(std::move(parts.at(0)));
    }
    throw Error(Exit::bug, "claim.check", "a check of no kind");
  }

  /// The stack that the gadget expects.
  gadgets::NibbleRun arrangement(const gadgets::Sha256Gadget& gadget, const gadgets::NibbleRun& block,
                                 std::optional<std::size_t> state, std::size_t result) const {
    gadgets::NibbleRun of_state = state ? run_of(*state) : gadgets::NibbleRun{}, claimed = run_of(result),
                       out;
    for (const gadgets::OperandNibble& nibble : gadget.entry) {
      const gadgets::NibbleRun& from = nibble.operand == gadgets::Sha256Operand::block   ? block
                                       : nibble.operand == gadgets::Sha256Operand::state ? of_state
                                                                                         : claimed;
      out.push_back(from.at(nibble.index));
    }
    return out;
  }

  void arrange(const gadgets::NibbleRun& wanted) {
    for (const gadgets::Nibble& nibble : wanted) {
      if (nibble.name.empty())
        script_.number(nibble.constant);
      else
        script_.roll(nibble.name);
    }
  }

  void run(const gadgets::Sha256Gadget& gadget, const gadgets::NibbleRun& wanted) {
    std::set<std::string_view> used;
    for (const gadgets::Nibble& nibble : wanted) used.insert(nibble.name);
    std::vector<std::string> unused;
    for (std::size_t i = 0; i < script_.height(); ++i)
      if (!used.contains(script_.top(i).name)) unused.push_back(script_.top(i).name);
    for (const std::string& name : unused) script_.remove(name);
    arrange(wanted);
    call(gadget);
  }

  void call(const gadgets::Sha256Gadget& gadget) {
    const std::string answer[] = {"false"};
    script_.fragment(gadget.script, gadget.entry.size(), answer, gadget.peak - gadget.entry.size());
  }

  const ClaimProgram& program_;
  gadgets::StackAssembler script_;
};

}  // namespace

ClaimGadget claim_gadget(const ClaimProgram& program, std::size_t step, std::span<const std::string> entry) {
  GadgetWriter writer(program, entry);
  std::visit([&](const auto& relation) { writer.write(relation); }, program.steps().at(step).relation);
  return writer.take();
}

}  // namespace pegkit::optimistic
