#pragma once

#include <exception>
#include <string>
#include <utility>

namespace pegkit {

/// Exit codes of every program (doc/protocol.md, "Streams, units and exit codes").
enum class Exit {
  ok = 0,           ///< done, or already done
  no = 1,           ///< the answer is no
  usage = 2,        ///< usage or configuration
  input = 3,        ///< bad input
  not_ready = 4,    ///< try later
  locked = 5,       ///< another run holds the lock
  unreachable = 6,  ///< node or layer 2 away, or its answer is wrong
  refused = 7,      ///< refused for safety
  bug = 70,         ///< an error in pegkit itself
  interrupted = 130,
};

/// The one exception type. Code throws it where a fact is known; cli catches it once.
///
/// `code` is stable, dotted and lower case ("nonce.used"); `message` is one lower-case sentence without a
/// full stop; `hint` says what to do and may be empty; `field` is the path in a document ("keys[2]").
class Error : public std::exception {
 public:
  Error(Exit exit, std::string code, std::string message)
      : exit_(exit), code_(std::move(code)), message_(std::move(message)) {}

  Error&& hint(std::string text) && {
    hint_ = std::move(text);
    return std::move(*this);
  }
  Error&& field(std::string path) && {
    field_ = std::move(path);
    return std::move(*this);
  }

  const char* what() const noexcept override { return message_.c_str(); }
  Exit exit() const { return exit_; }
  const std::string& code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::string& hint() const { return hint_; }
  const std::string& field() const { return field_; }

 private:
  Exit exit_;
  std::string code_, message_, hint_, field_;
};

/// Makes an Error with exit 3: `throw input_error("tx.truncated", "the transaction ends early")`.
inline Error input_error(std::string code, std::string message) {
  return {Exit::input, std::move(code), std::move(message)};
}
inline Error usage_error(std::string message) {
  return {Exit::usage, "usage", std::move(message)};
}
inline Error refused(std::string code, std::string message) {
  return {Exit::refused, std::move(code), std::move(message)};
}
inline Error not_ready(std::string code, std::string message) {
  return {Exit::not_ready, std::move(code), std::move(message)};
}
inline Error unreachable(std::string code, std::string message) {
  return {Exit::unreachable, std::move(code), std::move(message)};
}

}  // namespace pegkit
