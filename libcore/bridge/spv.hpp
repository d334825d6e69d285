#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/verdict.hpp"
#include "bitcoin/block.hpp"
#include "bitcoin/chain.hpp"
#include "bridge/deposit.hpp"

namespace pegkit::bridge {

/// `pegkit/spv-proof`: a transaction stands in a block. That the block stands in the best chain is for
/// headers to say (watch-chain, verify-proof headers).
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

  /// `txids` are all of the block's, in order. Throws `spv.absent` (exit 3) when `tx` is not among them.
  static SpvProof build(bitcoin::Chain chain, std::uint32_t height, const bitcoin::Header& header,
                        const std::vector<bitcoin::Txid>& txids, const bitcoin::Transaction& tx);
  /// Shape alone; `block` in the document must be the header's hash (`document.derived`).
  static SpvProof parse(const Json& document, Derive derive = Derive::full);
  Json to_json() const;

  /// Proof of work by the chain's limit, merkle path, position, no 64-byte transaction, and the output and
  /// deposit when they are stated.
  Verdict verify() const;
};

}  // namespace pegkit::bridge
