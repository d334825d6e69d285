#pragma once

#include <string>
#include <utility>

#include "base/json.hpp"

namespace pegkit::net {

/// Reads another side's answer: whatever Error `read` throws while looking at it becomes `code` (exit 6),
/// since the fault is the other side's and no input of ours.
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
