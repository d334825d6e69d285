#pragma once

#include <span>

namespace pegkit::store {

/// What brings a database from version i to version i + 1, in order. Entries are never changed once released,
/// only added.
std::span<const char* const> migrations();

}  // namespace pegkit::store
