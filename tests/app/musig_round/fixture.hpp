#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/musig_round/commands.hpp"
#include "bridge/psbt_document.hpp"
#include "crypto/keyfile.hpp"
#include "support/bridge_fixture.hpp"
#include "support/fake_ports.hpp"

namespace pegkit::test {

namespace fixture = bridge::test;

/// Custodians with the fixture's secret keys 1 to N, each with its own state folder. All read the same
/// custody, parameters and request.
struct Custodians {
  using Values = FakeOptions::Values;

  explicit Custodians(bridge::Custody made, std::uint32_t first_secret = 1) : custody(std::move(made)) {
    std::size_t count =
        custody.recovery() && first_secret > 100 ? custody.recovery()->keys.size() : custody.keys().size();
    for (std::uint32_t i = 0; i < count; ++i) {
      auto& party = parties.emplace_back(std::make_unique<FakePorts>());
      auto document = crypto::keyfile::make(fixture::secret(first_secret + i));
      party->key = as_text(document.view());
    }
    set_file("custody.json", custody.to_json().dump());
    set_file("params.json", fixture::params().to_json().dump());
  }

  void set_file(const std::string& name, const std::string& text) {
    for (auto& party : parties) party->files[name] = text;
    all.files[name] = text;
  }
  void set_request(const Json& document) { set_file("request.json", document.dump()); }

  Values with(Values more) const {
    Values out{{"--custody", "custody.json"}, {"--request", "request.json"}};
    out.insert(out.end(), options.begin(), options.end());
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }

  Json nonce(std::size_t i) {
    Exit exit = run(app::musig_round::nonce_command, *parties[i], with({}));
    REQUIRE(exit == Exit::ok);
    return parties[i]->last();
  }
  /// Round two with nonce documents in `lines`.
  Json sign(std::size_t i, const std::string& lines) {
    parties[i]->files["nonces"] = lines;
    Values more = sign_options;
    if (!lines.empty()) more.emplace_back("--nonces", "nonces");
    Exit exit = run(app::musig_round::sign_command, *parties[i], with(more));
    REQUIRE(exit == Exit::ok);
    return parties[i]->last();
  }
  Json combine(const std::string& nonces, const std::string& partials) {
    all.files["nonces"] = nonces;
    all.files["partials"] = partials;
    Values more{{"--partials", "partials"}};
    if (!nonces.empty()) more.emplace_back("--nonces", "nonces");
    Exit exit = run(app::musig_round::combine_command, all, with(more));
    REQUIRE(exit == Exit::ok);
    return all.last();
  }

  std::string nonces_of(const std::vector<std::size_t>& who) {
    std::string out;
    for (std::size_t i : who) out += nonce(i).dump() + "\n";
    return out;
  }
  std::string partials_of(const std::vector<std::size_t>& who, const std::string& nonces) {
    std::string out;
    for (std::size_t i : who) out += sign(i, nonces).dump() + "\n";
    return out;
  }
  /// Everything from the request to the combined document.
  Json all_rounds(const std::vector<std::size_t>& who) {
    std::string nonces = nonces_of(who);
    return combine(nonces, partials_of(who, nonces));
  }

  bridge::Custody custody;
  std::vector<std::unique_ptr<FakePorts>> parties;
  FakePorts all;        ///< ports of the party that combines; without a key
  Values options;       ///< --signers and the like, for every command
  Values sign_options;  ///< for sign alone
};

inline bridge::Custody three_of_five(bridge::Policy policy = bridge::Policy::subsets, bool key_path = false) {
  return bridge::Custody::make(policy, 3, fixture::public_keys(1, 5), key_path, fixture::recovery());
}

inline bitcoin::Transaction finalized(const Json& document) {
  bridge::PsbtDocument out = bridge::PsbtDocument::parse(document);
  out.psbt.finalize();
  return out.psbt.extract();
}

inline Json messages_document(std::size_t count) {
  Json out = new_document("messages");
  for (std::size_t i = 0; i < count; ++i)
    out["messages"].push_back(to_hex(ByteArray<32>{static_cast<std::uint8_t>(i + 1)}));
  return out;
}

}  // namespace pegkit::test
