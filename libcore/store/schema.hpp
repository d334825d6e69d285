#pragma once

#include <span>

namespace pegkit::store {

/// Entry i is the SQL that brings a database from version i to version i + 1. Released entries never change;
/// new ones are appended.
std::span<const char* const> migrations();

}  // namespace pegkit::store
