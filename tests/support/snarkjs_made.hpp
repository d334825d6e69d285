#pragma once

#include <doctest/doctest.h>
#include <fstream>

#include "base/files.hpp"
#include "base/json.hpp"
#include "support/errors.hpp"
#include "support/needs.hpp"
#include "support/paths.hpp"
#include "support/process.hpp"

namespace pegkit::test {

/// One system's files of tests/proofs/makers/make_plonk_proofs.sh, made when first asked for.
class SnarkjsMade {
 public:
  struct Case {
    std::string name;
    Json proof, inputs;
    bool valid = false, raised = false;
  };

  /// nullopt, said plainly, where snarkjs is not installed. `name` is "plonk_2".
  static std::optional<SnarkjsMade> get(const std::string& name) {
    const std::filesystem::path folder = program_folder() / ".." / "zk";
    const std::string script = source_folder() / "tests/proofs/makers/make_plonk_proofs.sh";
    auto made = run_child([&] {
      ::execl(script.c_str(), script.c_str(), folder.c_str(), nullptr);
      return 127;
    });
    if (made.code == 77) {
      skipped(made.err);
      return std::nullopt;
    }
    REQUIRE_MESSAGE(made.code == 0, made.err);
    return SnarkjsMade(folder / name);
  }

  std::filesystem::path file(const std::string& name) const { return folder_ / name; }
  Json json(const std::string& name) const { return parse_json(as_text(read_file(file(name)))); }
  Json key() const { return json("verification_key.json"); }
  Json proof() const { return json("proof.json"); }
  Json inputs() const { return json("public.json"); }
  /// The proof altered in many ways, with what snarkjs says.
  std::vector<Case> cases() const {
    std::ifstream lines(file("cases.jsonl"));
    std::vector<Case> out;
    for (std::string line; std::getline(lines, line);) {
      Json json = parse_json(line);
      out.push_back({json["name"], json["proof"], json["public"], json["valid"], json["raised"]});
    }
    return out;
  }

 private:
  explicit SnarkjsMade(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;
};

/// `read` takes the document `good`, and throws Error (exit 3) for it with a field left out (but for those
/// that may be absent), with one more, and with values of other types.
template <class Read>
void check_shapes(const Json& good, Read read, const std::set<std::string>& may_be_absent = {}) {
  auto refuses = [&](const Json& document) { return error_exit([&] { read(document); }) == Exit::input; };
  CHECK_FALSE(refuses(good));
  for (const auto& item : good.items()) {
    const std::string& name = item.key();
    CAPTURE(name);
    Json document = good;
    document.erase(name);
    CHECK(refuses(document) == !may_be_absent.contains(name));
    for (const Json& other : {Json(true), Json(-1), Json("x"), Json(""), Json::array(), Json::object(),
                              Json(std::string(100'000, '9')), Json::array({"1", "2"}),
                              Json::array({"1", "2", "3"}), Json::array({"1", "2", "1", "1"}),
                              Json::array({Json::array({"0", "1"}), Json::array({"0", "1"}), "1"})}) {
      document[name] = other;
      CHECK(refuses(document));
    }
  }
  Json more = good;
  more["more"] = "1";
  CHECK(refuses(more));
  for (const Json& other : {Json(), Json(1), Json("x"), Json::array(), Json::object()}) CHECK(refuses(other));
}

}  // namespace pegkit::test
