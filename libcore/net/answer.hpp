#pragma once

#include <string>
#include <utility>

#include "base/json.hpp"

namespace pegkit::net {

/// Runs `read` on an endpoint's answer to `method`. A bad-input Error (exit 3) that it throws becomes Error
/// `code` (exit 6): the endpoint is at fault, not the user's input.
template <class F>
auto read_answer_of(const char* code, const std::string& method, F&& read) -> decltype(read()) {
  try {
    return read();
  } catch (const Error& e) {
    if (e.exit() != Exit::input) throw;
    std::string where = e.field().empty() ? "" : " at " + e.field();
    throw unreachable(code, "the answer to " + method + " is wrong" + where + ": " + e.message());
  }
}

}  // namespace pegkit::net
