#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/amount.hpp"
#include "base/bytes.hpp"
#include "base/error.hpp"

namespace pegkit {

/// JSON whose objects keep their fields in the order in which they were written.
using Json = nlohmann::ordered_json;

struct JsonLimits {
  std::size_t max_bytes = 64u << 20;
  std::size_t max_depth = 64;
  std::size_t max_fields = 10'000;    ///< fields of one object
  std::size_t max_values = 4u << 20;  ///< in the whole text; each takes 16 to 100 bytes of memory
  bool floats = false;                ///< true only for texts of other programs (bitcoind's amounts)
};

/// Reads a text that is one JSON value and white space. Throws Error (exit 3) with the path in
/// `field()`: `json.syntax` (also trailing bytes and invalid UTF-8), `json.empty`, `json.duplicate` for
/// a field that stands twice, `json.float` unless floats are allowed, and `json.size`, `json.depth`,
/// `json.fields`, `json.values` above a limit. An allowed float becomes a JSON string of its text, so
/// that nothing is rounded.
Json parse_json(std::string_view text, const JsonLimits& limits = {});

/// A value inside a document, with its path for errors. A read throws Error (exit 3) with that path in
/// `field()`: `json.type` for a value of another type, `json.range` for one out of range or too long.
class JsonField {
 public:
  JsonField(const Json& value, std::string path) : value_(&value), path_(std::move(path)) {}

  const Json& json() const { return *value_; }
  const std::string& path() const { return path_; }

  static constexpr std::size_t max_text = 64u << 20;
  std::string text(std::size_t max_length = 1u << 20) const;
  bool boolean() const;
  std::int64_t integer(std::int64_t min, std::int64_t max) const;
  std::uint32_t u32() const { return static_cast<std::uint32_t>(integer(0, 0xffffffffLL)); }
  std::uint64_t u64() const;
  /// An integer number of satoshis, 0 to 21 million bitcoin.
  Sat sat() const;
  Bytes hex() const;
  template <std::size_t N>
  ByteArray<N> hex_array() const {
    return at([&] { return from_hex_array<N>(text(2 * N + 1)); });
  }
  /// Reads hex in byte order into a type derived from FixedBytes.
  template <class T>
  T fixed() const {
    return at([&] { return T::from(from_hex(text(2 * T::size + 1))); });
  }
  /// The elements of an array.
  std::vector<JsonField> items(std::size_t max = 1'000'000) const;

  /// Runs `read`. An Error without a path that it throws gets this field's path.
  template <class F>
  auto at(F&& read) const -> decltype(read()) {
    try {
      return read();
    } catch (const Error& e) {
      if (!e.field().empty()) throw;
      throw Error(e.exit(), e.code(), e.message()).hint(e.hint()).field(path_);
    }
  }

  [[noreturn]] void fail(std::string code, std::string message) const;

 private:
  const Json* value_;
  std::string path_;
};

/// An object that is read strictly. `required` throws `json.missing`. The caller ends with `done()`, which
/// throws `json.unknown` for a field that was neither read nor ignored; the destructor does not check. Both
/// exit 3.
class JsonObject {
 public:
  explicit JsonObject(const JsonField& field);
  explicit JsonObject(const Json& value, std::string path = "")
      : JsonObject(JsonField(value, std::move(path))) {}

  JsonField required(std::string_view name);
  std::optional<JsonField> optional(std::string_view name);  ///< absent or null: nullopt
  bool has(std::string_view name) const;
  /// Allows fields that the caller does not read (derived values in pegkit's own documents).
  void ignore(std::initializer_list<std::string_view> names);
  void done() const;
  const std::string& path() const { return path_; }

 private:
  const Json* value_;
  std::string path_;
  std::set<std::string, std::less<>> read_;
};

/// Opens a pegkit document and checks its `"type": "pegkit/<name>"` and `"version"`. Throws `document.type`
/// or `document.version` (exit 3). The caller reads the other fields and calls done().
JsonObject open_document(const Json& value, std::string_view name, int version = 1, std::string path = "");
/// The `type` of a document without its "pegkit/"; empty when the value is no pegkit document.
std::string document_type(const Json& value);
/// A new document `{"type":"pegkit/<name>","version":<version>}`, to which the caller adds fields.
Json new_document(std::string_view name, int version = 1);

}  // namespace pegkit
