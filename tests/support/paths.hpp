#pragma once

#include <filesystem>

namespace pegkit::test {

/// The folder of the project, and the one that the programs were built into.
std::filesystem::path source_folder();
std::filesystem::path program_folder();

}  // namespace pegkit::test
