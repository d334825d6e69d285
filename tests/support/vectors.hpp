#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "base/files.hpp"
#include "base/json.hpp"
#include "support/needs.hpp"
#include "support/paths.hpp"

namespace pegkit::test {

/// The folder of the published test vectors: $PEGKIT_VECTORS, else shared/vectors beside the project.
inline std::filesystem::path vectors_folder() {
  const char* folder = std::getenv("PEGKIT_VECTORS");
  return folder ? folder : source_folder() / ".." / "shared" / "vectors";
}

/// A file of the published vectors. Test cases that ask for one are decorated with `needs_vectors`; when the
/// folder is there and the file is not, the case fails.
inline std::filesystem::path vectors_path(const std::string& name) {
  std::filesystem::path path = vectors_folder() / name;
  if (!std::filesystem::exists(path)) throw std::runtime_error("the published vectors lack " + name);
  return path;
}

inline Bytes vectors_file(const std::string& name) {
  return read_file(vectors_path(name));
}

inline Json vectors_json(const std::string& name) {
  return parse_json(as_text(vectors_file(name)));
}

}  // namespace pegkit::test
