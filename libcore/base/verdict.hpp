#pragma once

#include <string>
#include <utility>

namespace pegkit {

/// The answer about a thing that can be false by nature: a proof, a chain of headers, a thread
/// of commitments.
struct Verdict {
  bool valid = true;
  std::string reason;  ///< why it is not valid: one lower-case sentence without a full stop

  static Verdict no(std::string why) { return {false, std::move(why)}; }
  explicit operator bool() const { return valid; }
};

}  // namespace pegkit
