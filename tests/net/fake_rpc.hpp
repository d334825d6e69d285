#pragma once

#include <deque>
#include <string>
#include <utility>

#include "net/rpc.hpp"
#include "support/errors.hpp"

namespace pegkit::test {

/// An endpoint that answers what the test wrote down, in order, and remembers what it was asked.
class FakeRpc : public net::Rpc {
 public:
  FakeRpc& answers(const std::string& json) {
    JsonLimits limits;
    limits.floats = true;
    script_.push_back({parse_json(json, limits), std::nullopt});
    return *this;
  }
  FakeRpc& fails(int code, const std::string& message, Json data = nullptr) {
    script_.push_back({nullptr, net::RpcError(code, message, std::move(data))});
    return *this;
  }
  Json call(const std::string& method, Json params) override {
    asked.push_back({method, std::move(params)});
    if (script_.empty()) throw net::RpcError(-32601, "the test expects no call of " + method);
    Step step = std::move(script_.front());
    script_.pop_front();
    if (step.error) throw *step.error;
    return step.result;
  }
  bool finished() const { return script_.empty(); }

  std::vector<net::RpcCall> asked;

 private:
  struct Step {
    Json result;
    std::optional<net::RpcError> error;
  };
  std::deque<Step> script_;
};

}  // namespace pegkit::test
