#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "crypto/keys.hpp"
#include "optimistic/claim_layout.hpp"

/// The leaves of a claim. Scripts are tapscripts. Witnesses are the stack elements from the bottom to the
/// top, without script and control block.
namespace pegkit::optimistic {

/// The values that a disprove leaf shows: those that the step reads, then its result. Throws `claim.step`.
std::vector<std::size_t> step_values(const ClaimProgram& program, std::size_t step);

/// The stake's leaf that makes the kickoff: one-time signatures of the kickoff's values, then
/// `<operator> CHECKSIG`.
bitcoin::Script kickoff_leaf(const ClaimProgram& program, const ClaimLayout& layout, const ClaimKeys& keys,
                             const crypto::XOnlyKey& operator_key);
/// The same for assert part `part`, from 1.
bitcoin::Script assert_leaf(const ClaimProgram& program, const ClaimLayout& layout, const ClaimKeys& keys,
                            const crypto::XOnlyKey& operator_key, std::size_t part);
/// Assert part 0 for one epoch. It also demands that root_epoch is `epoch`, and that the sequencer signed
/// root under `sequencer`, its key of 32 bytes for that epoch.
bitcoin::Script epoch_leaf(const ClaimProgram& program, const ClaimLayout& layout, const ClaimKeys& keys,
                           const crypto::XOnlyKey& operator_key, std::uint32_t epoch,
                           const crypto::OtsPublicKey& sequencer);
/// Makes many epoch leaves. The parts that all of them share are made once.
class EpochLeaves {
 public:
  EpochLeaves(const ClaimProgram& program, const ClaimLayout& layout, const ClaimKeys& keys,
              const crypto::XOnlyKey& operator_key);
  bitcoin::Script leaf(std::uint32_t epoch, const crypto::OtsPublicKey& sequencer) const;

 private:
  bitcoin::Script script_;            ///< the leaf of epoch 0 and a sequencer's key of zeros
  std::vector<std::size_t> hash_at_;  ///< offsets of the hashes of the sequencer's key
  std::size_t epoch_at_ = 0;  ///< offset of the opcode of the epoch's last nibble; the nibbles before it
                              ///< follow, each two bytes on
};
/// Can be spent by anyone who has the signers' signature and shows by the operator's own one-time signatures
/// that step `step` is false: `<signers> CHECKSIGVERIFY`, the step's values, its gadget.
bitcoin::Script disprove_leaf(const ClaimProgram& program, std::size_t step, const ClaimKeys& keys,
                              const crypto::XOnlyKey& signers);
/// The leaf of the sequencer's bond that pays whoever shows two signatures of different values under one key.
bitcoin::Script slash_leaf(const crypto::OtsPublicKey& sequencer);

/// `signature` is the operator's (64 or 65 bytes). All throw Error `claim.unsigned` (exit 3) when a value's
/// signature is missing.
bitcoin::Witness kickoff_witness(const ClaimProgram& program, const ClaimLayout& layout,
                                 const ClaimSignatures& signatures, ByteView signature);
bitcoin::Witness assert_witness(const ClaimProgram& program, const ClaimLayout& layout,
                                const ClaimSignatures& signatures, std::size_t part, ByteView signature);
bitcoin::Witness epoch_witness(const ClaimProgram& program, const ClaimLayout& layout,
                               const ClaimSignatures& signatures, const crypto::OtsSignature& sequencer,
                               ByteView signature);
bitcoin::Witness disprove_witness(const ClaimProgram& program, std::size_t step,
                                  const ClaimSignatures& signatures, ByteView signature);
bitcoin::Witness slash_witness(const crypto::OtsSignature& one, const crypto::OtsSignature& other);

/// The most bytes of such a witness, each element with its length.
std::size_t kickoff_stack(const ClaimProgram& program, const ClaimLayout& layout);
std::size_t assert_stack(const ClaimProgram& program, const ClaimLayout& layout, std::size_t part);
std::size_t disprove_stack(const ClaimProgram& program, std::size_t step);

/// The signatures that an input's whole witness (with script and control block, perhaps an annex) shows under
/// the keys given; nullopt when it is not a witness that these leaves accept. The operator's own signature is
/// not checked.
std::optional<ClaimSignatures> read_kickoff(const ClaimProgram& program, const ClaimLayout& layout,
                                            const ClaimKeys& keys, const bitcoin::Witness& witness);
std::optional<ClaimSignatures> read_assert(const ClaimProgram& program, const ClaimLayout& layout,
                                           const ClaimKeys& keys, std::size_t part,
                                           const bitcoin::Witness& witness);
/// The same for part 0. `sequencer` are the sequencer's keys of the epochs from `first_epoch` on.
struct EpochSignatures {
  ClaimSignatures signatures;
  std::uint32_t epoch = 0;
  crypto::OtsSignature sequencer;  ///< of the root
};
std::optional<EpochSignatures> read_epoch(const ClaimProgram& program, const ClaimLayout& layout,
                                          const ClaimKeys& keys,
                                          std::span<const crypto::OtsPublicKey> sequencer,
                                          std::uint32_t first_epoch, const bitcoin::Witness& witness);

}  // namespace pegkit::optimistic
