#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "bitcoin/transaction.hpp"

namespace pegkit::bridge {

/// Checks the derived fields that a document states: each must follow from its other fields. Throws Error
/// `document.derived` (exit 3) with the field's path. A field that is not stated is not computed.
class DerivedFields {
 public:
  explicit DerivedFields(JsonObject& document) : document_(document) {}

  /// `value()` computes the field: anything that Json can be made of.
  template <class F>
  void equal(const char* name, const F& value) {
    absent_or(name, [&]() -> std::optional<Json> { return Json(value()); });
  }
  /// The same for a field that must be absent when `value()` is nullopt.
  void absent_or(const char* name, const std::function<std::optional<Json>()>& value);
  /// The field may be an address of the script on any network.
  void address(const char* name, const std::function<bitcoin::Script()>& script);

 private:
  JsonObject& document_;
};

/// Runs `read`. When it throws an Error whose field does not begin with the document's path, puts the path in
/// front.
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
