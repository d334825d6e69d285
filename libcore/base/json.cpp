#include "base/json.hpp"

#include <charconv>
#include <fmt/core.h>

namespace pegkit {
namespace {

/// Builds the value from the parser's events, because only then is the path of a duplicate or a float known.
class Builder {
 public:
  Builder(const JsonLimits& limits, Json& root) : limits_(limits), root_(root) {}

  bool null() { return put(nullptr); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(std::int64_t value) { return put(value); }
  bool number_unsigned(std::uint64_t value) { return put(value); }
  bool number_float(double, const std::string& text) {
    if (!limits_.floats) fail("json.float", "an integer of at most 64 bits was expected");
    return put(text);
  }
  bool string(std::string& value) { return put(std::move(value)); }
  bool binary(Json::binary_t&) { return false; }

  bool start_object(std::size_t) { return open(Json::object()); }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    Level& level = levels_.back();
    if (!level.seen.insert(name).second) {
      level.key = name;
      fail("json.duplicate", fmt::format("field '{}' stands twice", name.substr(0, 80)));
    }
    if (level.seen.size() > limits_.max_fields) fail("json.fields", "too many fields in one object");
    level.key = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) {
    std::string reason = e.what();
    if (auto colon = reason.rfind("; "); colon != reason.npos) reason = reason.substr(0, colon);
    if (auto colon = reason.find(": "); colon != reason.npos) reason = reason.substr(colon + 2);
    if (reason.size() > 160) reason.resize(160);
    throw input_error("json.syntax", fmt::format("not JSON at byte {}: {}", position, printable(reason)))
        .field(path());
  }

 private:
  struct Level {
    Json* value;
    std::string key;
    std::set<std::string, std::less<>> seen;
  };

  static std::string printable(std::string text) {
    for (char& c : text)
      if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = '?';
    return text;
  }

  std::string path() const {
    std::string out;
    for (const Level& level : levels_) {
      if (level.value->is_array())
        out += fmt::format("[{}]", level.value->size());
      else
        out += (out.empty() ? "" : ".") + printable(level.key.substr(0, 80));
    }
    return out;
  }

  [[noreturn]] void fail(const char* code, std::string message) const {
    throw input_error(code, std::move(message)).field(path());
  }

  Json* place(Json value) {
    if (++values_ > limits_.max_values)
      fail("json.values", fmt::format("more than {} values", limits_.max_values));
    if (levels_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *levels_.back().value;
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    // The key is known to be new: appending avoids ordered_json's search through all fields.
    auto& object = parent.get_ref<Json::object_t&>();
    object.Container::emplace_back(levels_.back().key, std::move(value));
    return &object.back().second;
  }

  bool put(Json value) {
    place(std::move(value));
    return true;
  }

  bool open(Json value) {
    if (levels_.size() >= limits_.max_depth)
      fail("json.depth", fmt::format("nested deeper than {} levels", limits_.max_depth));
    Json* placed = place(std::move(value));
    levels_.push_back({placed, {}, {}});
    return true;
  }

  bool close() {
    levels_.pop_back();
    return true;
  }

  const JsonLimits& limits_;
  Json& root_;
  std::vector<Level> levels_;
  std::size_t values_ = 0;
};

}  // namespace

Json parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes)
    throw input_error("json.size", fmt::format("longer than {} bytes", limits.max_bytes));
  if (text.find_first_not_of(" \t\r\n") == text.npos)
    throw input_error("json.empty", "empty input where JSON was expected");
  // The parser stops at a zero byte and would ignore the bytes behind it.
  if (auto zero = text.find('\0'); zero != text.npos)
    throw input_error("json.syntax", fmt::format("not JSON at byte {}: a zero byte", zero + 1));
  Json root;
  Builder builder(limits, root);
  Json::sax_parse(text.begin(), text.end(), &builder);
  return root;
}

std::string JsonField::text(std::size_t max_length) const {
  if (!value_->is_string()) fail("json.type", "a string was expected");
  const auto& text = value_->get_ref<const std::string&>();
  if (text.size() > max_length) fail("json.range", fmt::format("longer than {} bytes", max_length));
  return text;
}

bool JsonField::boolean() const {
  if (!value_->is_boolean()) fail("json.type", "true or false was expected");
  return value_->get<bool>();
}

std::int64_t JsonField::integer(std::int64_t min, std::int64_t max) const {
  if (!value_->is_number_integer()) fail("json.type", "an integer was expected");
  bool too_large =
      value_->is_number_unsigned() && value_->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
  std::int64_t number = too_large ? 0 : value_->get<std::int64_t>();
  if (too_large || number < min || number > max)
    fail("json.range", fmt::format("an integer from {} to {} was expected", min, max));
  return number;
}

std::uint64_t JsonField::u64() const {
  if (!value_->is_number_integer()) fail("json.type", "an integer was expected");
  if (!value_->is_number_unsigned() && value_->get<std::int64_t>() < 0)
    fail("json.range", "an integer of 0 or more was expected");
  return value_->get<std::uint64_t>();
}

Sat JsonField::sat() const {
  return Sat(integer(0, max_money.value()));
}

Bytes JsonField::hex() const {
  return at([&] { return from_hex(text(max_text)); });
}

std::vector<JsonField> JsonField::items(std::size_t max) const {
  if (!value_->is_array()) fail("json.type", "an array was expected");
  if (value_->size() > max) fail("json.range", fmt::format("more than {} elements", max));
  std::vector<JsonField> out;
  out.reserve(value_->size());
  for (std::size_t i = 0; i < value_->size(); ++i)
    out.emplace_back((*value_)[i], fmt::format("{}[{}]", path_, i));
  return out;
}

void JsonField::fail(std::string code, std::string message) const {
  throw input_error(std::move(code), std::move(message)).field(path_);
}

JsonObject::JsonObject(const JsonField& field) : value_(&field.json()), path_(field.path()) {
  if (!value_->is_object()) field.fail("json.type", "an object was expected");
}

std::optional<JsonField> JsonObject::optional(std::string_view name) {
  read_.emplace(name);
  auto found = value_->find(std::string(name));
  if (found == value_->end() || found->is_null()) return std::nullopt;
  return JsonField(*found, path_.empty() ? std::string(name) : path_ + "." + std::string(name));
}

JsonField JsonObject::required(std::string_view name) {
  if (auto field = optional(name)) return *field;
  throw input_error("json.missing", fmt::format("field '{}' is missing", name))
      .field(path_.empty() ? std::string(name) : path_ + "." + std::string(name));
}

bool JsonObject::has(std::string_view name) const {
  return value_->contains(std::string(name));
}

void JsonObject::ignore(std::initializer_list<std::string_view> names) {
  for (auto name : names) read_.emplace(name);
}

void JsonObject::done() const {
  for (const auto& [name, value] : value_->items())
    if (!read_.contains(name))
      throw input_error("json.unknown", fmt::format("unknown field '{}'", name.substr(0, 80)))
          .field(path_.empty() ? name : path_ + "." + name);
}

JsonObject open_document(const Json& value, std::string_view name, int version, std::string path) {
  JsonObject object(value, std::move(path));
  JsonField type = object.required("type");
  std::string expected = fmt::format("pegkit/{}", name);
  if (type.text() != expected)
    type.fail("document.type", fmt::format("a document of type {} was expected", expected));
  JsonField number = object.required("version");
  if (number.integer(0, INT32_MAX) != version)
    number.fail("document.version", fmt::format("version {} was expected", version));
  return object;
}

std::string document_type(const Json& value) {
  if (!value.is_object()) return {};
  auto type = value.find("type");
  if (type == value.end() || !type->is_string()) return {};
  const auto& text = type->get_ref<const std::string&>();
  return text.starts_with("pegkit/") ? text.substr(7) : std::string();
}

Json new_document(std::string_view name, int version) {
  return Json{{"type", fmt::format("pegkit/{}", name)}, {"version", version}};
}

}  // namespace pegkit
