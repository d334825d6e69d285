#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"

/// What a call throws, for CHECK: `CHECK(error_code([&] { fund(coins); }) == "funds.short")`.
namespace pegkit::test {

/// The Error that `run` throws; nullopt when it throws none.
template <class F>
std::optional<Error> thrown(F&& run) {
  try {
    run();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

/// Its code, "funds.short"; empty when there is none.
template <class F>
std::string error_code(F&& run) {
  auto error = thrown(run);
  return error ? error->code() : "";
}

/// Its exit code; Exit::ok when there is none.
template <class F>
Exit error_exit(F&& run) {
  auto error = thrown(run);
  return error ? error->exit() : Exit::ok;
}

/// Its field, "keys[2]"; empty when there is none.
template <class F>
std::string error_field(F&& run) {
  auto error = thrown(run);
  return error ? error->field() : "";
}

/// "funds.short 4"; empty when there is none.
template <class F>
std::string error_and_exit(F&& run) {
  auto error = thrown(run);
  return error ? error->code() + " " + std::to_string(static_cast<int>(error->exit())) : "";
}

/// "json.type keys[2]"; empty when there is none.
template <class F>
std::string error_and_field(F&& run) {
  auto error = thrown(run);
  return error ? error->code() + " " + error->field() : "";
}

}  // namespace pegkit::test
