#pragma once

#include <doctest/doctest.h>

#include "app/peg_out/commands.hpp"
#include "support/proven_world.hpp"

namespace pegkit::test {

/// A thread whose first commitment, of epoch 3, is settled by its window, and an operator with coins.
/// Withdrawals 0 and 1 are of epoch 4, withdrawal 2 of epoch 5.
struct FastExitWorld : ProvenWorld {
  TempDirectory directory;
  using Values = FakeOptions::Values;
  std::vector<std::string> said;
  Exit exit = Exit::ok;

  explicit FastExitWorld(bool withdrawals = true) {
    commit(3);
    mine(1);
    pay(custody.script_pubkey(), 3'000'000);
    mine(static_cast<int>(window));
    if (!withdrawals) return;
    for (std::uint64_t block : {31, 40, 41}) {
      layer2->tip = block - 1;
      layer2->withdraw(script_of(static_cast<std::uint8_t>(block)), 100'000);
    }
    layer2->tip = 52;
  }

  Json operate(const std::function<Exit(FakePorts&)>& command, const std::string& input = "") {
    auto seat = party(directory.path());
    seat->input = input;
    exit = command(*seat);
    said = seat->said;
    return seat->printed.empty() ? Json() : seat->last();
  }
  Json batch(Values values, Values more = {}) {
    values.insert(values.end(), {{"--custody", "custody.json"}, {"--signers", "0,1"}, {"--fee-rate", "3"}});
    values.insert(values.end(), more.begin(), more.end());
    return operate([&](FakePorts& seat) { return run(app::peg_out::batch_command, seat, values); });
  }
  /// The withdrawals that a batch would pay.
  std::vector<int> would_pay(const Values& values) {
    Json out = batch(values, {{"--check", ""}});
    return out.contains("withdrawals") ? out["withdrawals"].get<std::vector<int>>() : std::vector<int>{};
  }
  std::string batch_error(const Values& values, const Values& more = {}) {
    return error_code([&] { batch(values, more); });
  }
  Exit batch_exit(const Values& values, const Values& more = {}) {
    return error_exit([&] { batch(values, more); });
  }
  /// "EPOCH SETTLED" of each withdrawal.
  std::vector<std::string> list(const Values& values) {
    auto seat = party(directory.path());
    CHECK(run(app::peg_out::list_command, *seat, values) == Exit::ok);
    said = seat->said;
    std::vector<std::string> out;
    for (const Json& line : seat->printed)
      out.push_back(std::to_string(line.at("epoch").get<int>()) + " " +
                    line.at("settled").get<std::string>());
    return out;
  }
  bool heard(const std::string& part) const {
    return std::ranges::any_of(said, [&](const std::string& one) { return one.find(part) != one.npos; });
  }
};

}  // namespace pegkit::test
