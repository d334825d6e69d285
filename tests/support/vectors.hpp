#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "support/paths.hpp"

namespace pegkit::test {

/// A file of the published test vectors: under $PEGKIT_VECTORS, else in shared/vectors beside the project.
/// nullopt when it is not there; the test then says that it skips.
inline std::optional<std::filesystem::path> vectors_path(const std::string& name) {
  const char* folder = std::getenv("PEGKIT_VECTORS");
  std::filesystem::path root = folder ? folder : source_folder() / ".." / "shared" / "vectors";
  std::filesystem::path path = root / name;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return path;
}

}  // namespace pegkit::test
