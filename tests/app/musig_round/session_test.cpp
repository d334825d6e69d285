#include <cstdio>
#include <doctest/doctest.h>
#include <thread>
#include <unistd.h>

#include "app/musig_round/commands.hpp"
#include "app/musig_round/fixture.hpp"
#include "bridge/custody.hpp"
#include "bridge/payout.hpp"
#include "bridge/spend.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

/// A stream of lines between two ends.
class Pipe {
 public:
  Pipe() {
    if (::pipe(ends_) != 0) throw Error(Exit::bug, "test.pipe", "no pipe");
    in_ = ::fdopen(ends_[0], "r");
  }
  ~Pipe() {
    close();
    std::fclose(in_);
  }
  void write(const std::string& line) {
    std::string text = line + "\n";
    while (!text.empty()) {
      ssize_t sent = ::write(ends_[1], text.data(), text.size());
      if (sent <= 0) return;
      text.erase(0, static_cast<std::size_t>(sent));
    }
  }
  void close() {
    if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
  }
  std::optional<std::string> read() {
    char* line = nullptr;
    std::size_t capacity = 0;
    ssize_t length = ::getline(&line, &capacity, in_);
    std::optional<std::string> out;
    if (length > 0) out = std::string(line, static_cast<std::size_t>(length) - 1);
    std::free(line);
    return out;
  }

 private:
  int ends_[2];
  std::FILE* in_;
};

constexpr const char* custody_option = "--custody";

FakeOptions::Values leaf_of(const std::string& signers) {
  return {{custody_option, "custody.json"}, {"--signers", signers}};
}

}  // namespace

TEST_CASE("three sessions in three threads, joined by pipes") {
  Custodians group(three_of_five());
  group.set_request(messages_document(4));
  const std::vector<std::size_t> who{0, 2, 4};
  std::vector<Pipe> inbox(3);
  std::vector<std::string> nonces(3), partials(3);
  std::vector<std::thread> threads;
  for (std::size_t k = 0; k < 3; ++k) {
    FakePorts& party = *group.parties[who[k]];
    party.line = [&inbox, k] { return inbox[k].read(); };
    // Everybody hears everybody, the speaker included.
    party.out = [&inbox, &nonces, &partials, k](const Json& line) {
      if (line["type"] == "pegkit/nonce") {
        nonces[k] = line.dump();
        for (Pipe& pipe : inbox) pipe.write(line.dump());
      } else {
        partials[k] = line.dump();
      }
    };
    inbox[k].write(party.files["request.json"]);
  }
  std::vector<Exit> exits(3, Exit::bug);
  for (std::size_t k = 0; k < 3; ++k)
    threads.emplace_back([&, k] {
      exits[k] = run(app::musig_round::session_command, *group.parties[who[k]], leaf_of("0,2,4"));
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(exits == std::vector<Exit>(3, Exit::ok));
  group.options = {{"--signers", "0,2,4"}};
  Json result = group.combine(nonces[0] + "\n" + nonces[1] + "\n" + nonces[2],
                              partials[0] + "\n" + partials[1] + "\n" + partials[2]);
  CHECK(result["key"] == to_hex(group.custody.spend(bridge::SpendPath::leaf({0, 2, 4})).key));
  CHECK(result["signatures"].size() == 4);
  // Nothing of it was stored.
  CHECK_FALSE(std::filesystem::exists(group.parties[0]->directory() / "pegkit.sqlite"));
}

TEST_CASE("a session among signers who use nonce and sign") {
  Custodians group(three_of_five());
  group.set_request(messages_document(1));
  group.options = {{"--signers", "0,2,4"}};
  std::string others = group.nonces_of({2, 4});
  FakePorts& party = *group.parties[0];
  party.input = party.files["request.json"] + "\n\n" + others;
  REQUIRE(run(app::musig_round::session_command, party, leaf_of("0,2,4")) == Exit::ok);
  REQUIRE(party.printed.size() == 2);
  std::string nonces = others + party.printed[0].dump();
  std::string partials = party.printed[1].dump() + "\n" + group.partials_of({2, 4}, nonces);
  CHECK(group.combine(nonces, partials)["type"] == "pegkit/signature");
}

TEST_CASE("what goes wrong in a session") {
  Custodians group(three_of_five());
  group.set_request(messages_document(1));
  group.options = {{"--signers", "0,2,4"}};
  Json second = group.nonce(2), third = group.nonce(4);
  FakePorts& party = *group.parties[0];
  auto code = [&](const std::string& text) {
    party.input = text;
    party.printed.clear();
    std::string found = error_code([&] { run(app::musig_round::session_command, party, leaf_of("0,2,4")); });
    // The partial signature is never printed then.
    CHECK(party.printed.size() <= 1);
    return found;
  };
  std::string request = party.files["request.json"] + "\n";
  CHECK(code("") == "json.empty");
  CHECK(code(request) == "nonce.missing");
  CHECK(code(request + second.dump() + "\n") == "nonce.missing");
  CHECK(code(request + second.dump() + "\n" + second.dump() + "\n") == "nonce.duplicate");
  CHECK(code(request + "garbage\n") == "json.syntax");
  Json foreign = third;
  foreign["session"] = std::string(64, '0');
  CHECK(code(request + second.dump() + "\n" + foreign.dump() + "\n") == "session.mismatch");
  Json posing = third;
  posing["signer"] = to_hex(group.custody.keys()[0]);
  CHECK(code(request + posing.dump() + "\n") == "nonce.duplicate");
}

TEST_CASE("a session over a leaf of single signatures ends at once") {
  Custodians group(three_of_five(bridge::Policy::checksigadd));
  auto path = bridge::SpendPath::leaf({0, 1, 2});
  auto plan = bridge::plan_rotation(
      group.custody, path, {fixture::coin(group.custody.script_pubkey(), 90'000, 110, 1)},
      fixture::withdrawal(7, 1000).script, FeeRate::per_vb(2), fixture::params());
  FakePorts& party = *group.parties[0];
  party.input = plan.moves[0].psbt.base64() + "\n";
  REQUIRE(run(app::musig_round::session_command, party, {{custody_option, "custody.json"}}) == Exit::ok);
  CHECK(party.last()["signatures"].size() == 1);
}
