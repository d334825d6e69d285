#pragma once

#include <string>

#include "base/json.hpp"
#include "store/database.hpp"

namespace pegkit::store {

inline std::string json_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Reads a column that json_text wrote; throws `store.corrupt` for anything else.
inline Json json_from(const Statement& row, int column) {
  try {
    return parse_json(row.text(column));
  } catch (const Error&) {
    Statement::throw_corrupt();
  }
}

}  // namespace pegkit::store
