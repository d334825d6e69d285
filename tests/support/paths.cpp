#include "support/paths.hpp"

namespace pegkit::test {

std::filesystem::path source_folder() {
  return PEGKIT_SOURCE_DIR;
}

std::filesystem::path program_folder() {
  return PEGKIT_BIN_DIR;
}

}  // namespace pegkit::test
