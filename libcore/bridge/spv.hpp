#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/verdict.hpp"
#include "bitcoin/block.hpp"
#include "bitcoin/chain.hpp"
#include "bridge/deposit.hpp"

namespace pegkit::bridge {

/// `pegkit/spv-proof`: shows that a transaction is in a block. It does not show that the block is in the best
/// chain: that follows from headers (watch-chain, verify-proof headers).
struct SpvProof {
  bitcoin::Chain chain = bitcoin::Chain::regtest;
  std::uint32_t height = 0;  ///< as stated by the maker; not proved here
  bitcoin::Header header;
  std::uint32_t position = 0;
  std::vector<ByteArray<32>> merkle_path;  ///< leaf to root, at most 32
  bitcoin::Transaction tx;
  struct Binding {
    bitcoin::OutPoint outpoint;
    Sat amount;
  };
  std::optional<Binding> output;  ///< an output of the transaction
  std::optional<Deposit> deposit;

  /// `txids` are those of all transactions of the block, in order. Throws `spv.absent` (exit 3) when `tx` is
  /// not among them.
  static SpvProof build(bitcoin::Chain chain, std::uint32_t height, const bitcoin::Header& header,
                        const std::vector<bitcoin::Txid>& txids, const bitcoin::Transaction& tx);
  /// Checks the document's shape only, and that its `block` is the header's hash (`document.derived`).
  static SpvProof parse(const Json& document, Derive derive = Derive::full);
  Json to_json() const;

  /// Checks the proof of work against the chain's limit, merkle path and position, that the transaction has
  /// not 64 bytes, and the output and deposit when they are stated.
  Verdict verify() const;
};

}  // namespace pegkit::bridge
