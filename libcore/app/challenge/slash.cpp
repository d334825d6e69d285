#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/challenge/commands.hpp"
#include "app/fee_rate_option.hpp"
#include "base/amount.hpp"
#include "bitcoin/address.hpp"
#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/sequencer_root.hpp"
#include "crypto/hash.hpp"
#include "crypto/winternitz.hpp"
#include "optimistic/ots_keys.hpp"
#include "optimistic/sequencer_stake.hpp"
#include "services/follow/sequencer_keys.hpp"
#include "services/input.hpp"
#include "services/params_file.hpp"
#include "services/send/sender.hpp"
#include "store/root_store.hpp"

namespace pegkit::app::challenge {
namespace {

using bridge::RevealedRoot;

constexpr std::size_t max_signature = 1u << 20;  ///< characters of hex

constexpr std::size_t max_evidence = 1000;  ///< documents of one file

/// The sequencer's root signatures by epoch, one for each root.
class Evidence {
 public:
  explicit Evidence(const optimistic::OtsKeySet& set) : set_(set) {
    for (std::size_t i = 0; i < set.keys().size(); ++i) by_first_.emplace(set.keys()[i].key.hashes[0], i);
  }

  /// A raw transaction in hex, or a document that holds a transaction or signatures.
  void read(const std::string& text) {
    if (!text.starts_with('{')) return add(bitcoin::Transaction::parse(from_hex(text)));
    Json document = parse_json(text);
    std::string type = document_type(document);
    if (type == "transaction") return add(bridge::TransactionDocument::parse(document).tx);
    if (type == "commitment") {
      auto signature = bridge::Commitment::parse(document).signature;
      auto revealed = signature ? bridge::read_root_signature(*signature) : std::nullopt;
      if (revealed) add(std::move(*revealed));
      return;
    }
    if (type == "event" && document.contains("data") && document["data"].is_object()) {
      for (const Json& signature : document["data"].value("signatures", Json::array()))
        add(JsonField(signature, "data.signatures").text(max_signature));
      return;
    }
    throw input_error("document.type",
                      "evidence is a transaction, a commitment or an equivocation event, not '" + type + "'");
  }
  /// Adds a signature in the hex form of bridge::write_root_signature.
  void add(const std::string& hex) { add(bridge::parse_root_signature(from_hex(hex))); }
  void add(RevealedRoot revealed) {
    auto found = by_first_.find(revealed.key.hashes[0]);
    if (found == by_first_.end() || set_.keys()[found->second].key != revealed.key) return;
    auto& roots = seen_[static_cast<std::uint32_t>(set_.first_epoch() + found->second)];
    if (std::ranges::find(roots, revealed.root, &RevealedRoot::root) == roots.end())
      roots.push_back(std::move(revealed));
  }

  /// Finds two signed roots of one epoch: of `epoch`, by default of the first epoch that has two. Throws
  /// Error `slash.evidence` (exit 3) when there are none.
  std::pair<std::uint32_t, bridge::Equivocation> find(std::optional<std::int64_t> epoch) const {
    for (const auto& [number, roots] : seen_)
      if ((!epoch || *epoch == number) && roots.size() > 1) return {number, {roots[0], roots[1]}};
    throw input_error("slash.evidence",
                      fmt::format("the evidence shows no two roots that the sequencer signed for one epoch "
                                  "({} of its signatures)",
                                  count()));
  }

 private:
  void add(const bitcoin::Transaction& tx) {
    auto lookup = [&](ByteView hash20) -> std::optional<crypto::OtsPublicKey> {
      crypto::Hash160 first;
      std::ranges::copy(hash20, first.begin());
      auto found = by_first_.find(first);
      if (found == by_first_.end()) return std::nullopt;
      return set_.keys()[found->second].key;
    };
    for (RevealedRoot& revealed : bridge::shown_roots(tx, lookup)) add(std::move(revealed));
  }
  std::size_t count() const {
    std::size_t out = 0;
    for (const auto& [epoch, roots] : seen_) out += roots.size();
    return out;
  }

  const optimistic::OtsKeySet& set_;
  std::map<crypto::Hash160, std::size_t> by_first_;
  std::map<std::uint32_t, std::vector<RevealedRoot>> seen_;
};

void read_evidence(Ports& ports, const std::vector<std::string>& files, Evidence& evidence) {
  for (const std::string& file : files) {
    std::vector<std::string> documents = services::split_documents(ports.read(file));
    if (documents.size() > max_evidence)
      throw input_error("slash.evidence", fmt::format("more than {} documents in {}", max_evidence, file));
    for (const std::string& text : documents) evidence.read(text);
  }
  if (!files.empty()) return;
  store::RootStore seen(ports.database());
  for (std::uint32_t epoch : seen.equivocated())
    for (const auto& signature : seen.signatures_of(epoch))
      evidence.add(bridge::parse_root_signature(signature.signature));
}

/// The stake's amount: the given one, or the node's.
Sat stake_amount(Ports& ports, const optimistic::SequencerStake& stake, const bitcoin::OutPoint& outpoint,
                 std::optional<std::int64_t> given) {
  if (given) return Sat(*given);
  auto coin = ports.node().coin(outpoint, false);
  if (!coin) throw input_error("coin.spent", "no confirmed unspent output at " + outpoint.text());
  if (coin->output.script_pubkey != stake.script_pubkey())
    throw input_error("coin.script", "outpoint " + outpoint.text() + " is not at the stake's address");
  return coin->output.value;
}

/// `challenge slash`: takes the bond of a sequencer that signed two roots for one epoch.
///
/// The evidence is transactions and documents that hold the sequencer's signatures; by default, those that
/// watch-chain recorded. Asks a node only to look up the stake, to estimate the fee, or to send.
class SlashSequencer : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, keys_, stake_, outpoint_, to_;
  std::vector<std::string> evidence_;
  std::optional<std::int64_t> amount_, epoch_;
  bool broadcast_ = false;
  FeeRateOption fee_rate_;
};

}  // namespace

void SlashSequencer::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(keys_, "--sequencer-keys", "the sequencer's public one-time keys", Need::required);
  options.file(stake_, "--stake", "the stake document of build-taptree stake", Need::required);
  options.text(outpoint_, "--outpoint", "TXID:VOUT", "outpoint of the stake", Need::required);
  options.maybe_integer(amount_, "--amount", "SAT", "amount of that outpoint (default: ask the node)", 1,
                        max_money.value());
  options.files(evidence_, "--evidence",
                "transactions, commitments or equivocation events (default: those of watch-chain)");
  options.maybe_integer(epoch_, "--epoch", "N", "epoch with two signed roots (default: any)", 0, UINT32_MAX);
  options.text(to_, "--to", "ADDRESS", "where the bond goes", Need::required);
  options.flag(broadcast_, "--broadcast", "send it instead of printing it");
  fee_rate_.declare(options);
  options.node();
  options.datadir();
  options.money();
}

Exit SlashSequencer::run(Ports& ports) {
  bridge::Params params = services::load_params(ports, params_);
  optimistic::OtsKeySet set = services::read_sequencer_set(services::read_json(ports, keys_), params);
  auto stake = optimistic::SequencerStake::parse(services::read_json(ports, stake_), params, set);
  Evidence evidence(set);
  read_evidence(ports, evidence_, evidence);
  auto [epoch, found] = evidence.find(epoch_);

  auto outpoint = bitcoin::OutPoint::parse(outpoint_);
  Sat amount = stake_amount(ports, stake, outpoint, amount_);
  auto slash = stake.slash(epoch, found, outpoint, amount, bitcoin::parse_address(to_, params.chain),
                           fee_rate_.choose(ports, params), params);
  bridge::TransactionNotes notes;
  notes.kind = bridge::TransactionKind::slash;
  notes.fee = slash.fee;
  notes.vsize = slash.vsize;
  ports.verbose(
      fmt::format("epoch {}: roots {} and {}", epoch, to_hex(found.one.root), to_hex(found.other.root)));
  if (broadcast_)
    ports.print(services::sent_document(services::Sender(ports, params).send(slash.tx, notes), notes));
  else
    ports.print(bridge::TransactionDocument{std::move(slash.tx), notes}.to_json());
  return Exit::ok;
}

std::unique_ptr<Command> slash_command() {
  return std::make_unique<SlashSequencer>();
}

}  // namespace pegkit::app::challenge
