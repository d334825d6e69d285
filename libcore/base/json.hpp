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

/// Keeps the order in which fields were written.
using Json = nlohmann::ordered_json;

struct JsonLimits {
  std::size_t max_bytes = 64u << 20;
  std::size_t max_depth = 64;
  std::size_t max_fields = 10'000;    ///< fields of one object
  std::size_t max_values = 4u << 20;  ///< in all; each takes some 16 to 100 bytes of memory, however short
  bool floats = false;                ///< true only for what other programs write (bitcoind's amounts)
};

/// One JSON value and nothing after it but white space. Duplicate fields, floats (unless allowed), too
/// deep nesting, trailing bytes and invalid UTF-8 throw Error (exit 3) with the path in `field()`.
/// With floats allowed a float is kept as its text in a JSON string, so that no amount is rounded.
Json parse_json(std::string_view text, const JsonLimits& limits = {});

/// A value inside a document, with its path for errors. Reads of a wrong type or range throw
/// Error `json.type`, `json.range`, `json.missing`, `json.unknown` (exit 3) with the path in `field()`.
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
  /// An integer of satoshis, 0 to 21 million bitcoin.
  Sat sat() const;
  Bytes hex() const;
  template <std::size_t N>
  ByteArray<N> hex_array() const {
    return at([&] { return from_hex_array<N>(text(2 * N + 1)); });
  }
  /// A type with a FixedBytes base, from hex in byte order.
  template <class T>
  T fixed() const {
    return at([&] { return T::from(from_hex(text(2 * T::size + 1))); });
  }
  /// The elements of an array.
  std::vector<JsonField> items(std::size_t max = 1'000'000) const;

  /// Runs `read` and puts this field's path on whatever Error it throws.
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

/// An object read strictly: `done()` (or the destructor of a normal scope, never) must be called last and
/// throws `json.unknown` for a field that nobody asked for.
class JsonObject {
 public:
  explicit JsonObject(const JsonField& field);
  explicit JsonObject(const Json& value, std::string path = "")
      : JsonObject(JsonField(value, std::move(path))) {}

  JsonField required(std::string_view name);
  std::optional<JsonField> optional(std::string_view name);  ///< absent or null: nullopt
  bool has(std::string_view name) const;
  /// Fields that are allowed and not read (derived values in our own documents).
  void ignore(std::initializer_list<std::string_view> names);
  void done() const;
  const std::string& path() const { return path_; }

 private:
  const Json* value_;
  std::string path_;
  std::set<std::string, std::less<>> read_;
};

/// Opens a pegkit document: checks `"type": "pegkit/<name>"` and `"version"`; throws `document.type`,
/// `document.version`. The caller reads the other fields and calls done().
JsonObject open_document(const Json& value, std::string_view name, int version = 1, std::string path = "");
/// The `type` of a document without "pegkit/"; empty when it has none.
std::string document_type(const Json& value);
/// `{"type":"pegkit/<name>","version":1}` to add fields to.
Json new_document(std::string_view name, int version = 1);

}  // namespace pegkit
