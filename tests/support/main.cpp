// Runs the test cases; then says which were skipped and why, one line each: "skipped: NAME | REASON". Exits
// 77, which CTest counts as skipped, when all cases that were asked for had to be skipped.
#define DOCTEST_CONFIG_IMPLEMENT
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "support/needs.hpp"
#include "support/vectors.hpp"

namespace pegkit::test {
namespace {

struct Skipped {
  std::string suite, name, reason;
};

/// Filled while test cases are registered, before main, and by cases that return early.
std::vector<Skipped>& skipped_cases() {
  static std::vector<Skipped> cases;
  return cases;
}

/// Counts the cases that ran, and knows the one that runs.
struct Progress : doctest::IReporter {
  static inline int ran = 0;
  static inline std::string current;

  explicit Progress(const doctest::ContextOptions&) {}
  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats&) override {}
  void test_case_start(const doctest::TestCaseData& test_case) override {
    ++ran;
    current = test_case.m_name;
  }
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}
};
REGISTER_LISTENER("progress", 1, Progress);

bool on_path(const std::string& program) {
  std::string_view path = std::getenv("PATH") ? std::getenv("PATH") : "";
  while (!path.empty()) {
    std::size_t end = std::min(path.find(':'), path.size());
    if (access((std::string(path.substr(0, end)) + "/" + program).c_str(), X_OK) == 0) return true;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return false;
}

std::string missing_vectors() {
  if (std::filesystem::is_directory(vectors_folder())) return "";
  return "the published vectors are not there (PEGKIT_VECTORS, or shared/vectors beside the project)";
}

std::string missing_bitcoind() {
  return on_path("bitcoind") ? "" : "there is no bitcoind on PATH";
}

/// False for cases of a suite that the command line leaves out.
bool asked_for(const Skipped& one, const std::vector<std::string_view>& arguments) {
  for (std::string_view argument : arguments) {
    constexpr std::string_view only = "--test-suite=", without = "--test-suite-exclude=";
    if (argument.starts_with(only) && argument.substr(only.size()) != one.suite) return false;
    if (argument.starts_with(without) && argument.find(one.suite) != argument.npos) return false;
  }
  return true;
}

}  // namespace

constinit const Needs needs_vectors{"vectors", missing_vectors};
constinit const Needs needs_bitcoind{"bitcoind", missing_bitcoind};

void Needs::fill(doctest::detail::TestCase& test_case) const {
  test_case.m_test_suite = suite;
  std::string reason = missing();
  if (reason.empty()) return;
  test_case.m_skip = true;
  skipped_cases().push_back({suite, test_case.m_name, reason});
}

void skipped(const std::string& reason) {
  skipped_cases().push_back({"", Progress::current, reason});
}

}  // namespace pegkit::test

int main(int argc, char** argv) {
  using namespace pegkit::test;
  doctest::Context context(argc, argv);
  int result = context.run();
  if (context.shouldExit()) return result;
  std::vector<std::string_view> arguments(argv + 1, argv + argc);
  int count = 0;
  for (const Skipped& one : skipped_cases()) {
    if (!one.suite.empty() && !asked_for(one, arguments)) continue;
    std::printf("skipped: %s | %s\n", one.name.c_str(), one.reason.c_str());
    ++count;
  }
  return result == 0 && count > 0 && Progress::ran == 0 ? 77 : result;
}
