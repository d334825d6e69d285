#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "bitcoin/transaction.hpp"

namespace pegkit::bridge {

/// Checks the derived fields that stand in a document: each must be what follows from the others. Throws
/// Error `document.derived` (exit 3) with the field's path. What is not stated is not computed.
class DerivedFields {
 public:
  explicit DerivedFields(JsonObject& document) : document_(document) {}

  /// `value()` gives what Json can be made of.
  template <class F>
  void equal(const char* name, const F& value) {
    absent_or(name, [&]() -> std::optional<Json> { return Json(value()); });
  }
  /// `value()` is nullopt where the field must not stand.
  void absent_or(const char* name, const std::function<std::optional<Json>()>& value);
  /// An address of the script on any network.
  void address(const char* name, const std::function<bitcoin::Script()>& script);

 private:
  JsonObject& document_;
};

/// Runs `read`; an Error it throws without the document's path at its field's front gets it.
template <class F>
auto with_path(const std::string& path, F&& read) -> decltype(read()) {
  try {
    return read();
  } catch (const Error& e) {
    if (path.empty() || e.field().starts_with(path)) throw;
    throw Error(e.exit(), e.code(), e.message())
        .hint(e.hint())
        .field(e.field().empty() ? path : path + "." + e.field());
  }
}

}  // namespace pegkit::bridge
