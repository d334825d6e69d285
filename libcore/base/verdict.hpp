#pragma once

#include <string>
#include <utility>

namespace pegkit {

/// The answer about something that can be false by nature (a proof, a thread).
struct Verdict {
  bool valid = true;
  std::string reason;  ///< one lower-case sentence when not valid

  static Verdict no(std::string why) { return {false, std::move(why)}; }
  explicit operator bool() const { return valid; }
};

}  // namespace pegkit
