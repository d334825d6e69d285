#include "base/version.hpp"

namespace pegkit {

const char* version() {
  return PEGKIT_VERSION;
}

}  // namespace pegkit
