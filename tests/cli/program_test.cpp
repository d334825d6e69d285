#include "cli/program.hpp"

#include <csignal>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <signal.h>

#include "base/files.hpp"
#include "cli/help.hpp"
#include "support/process.hpp"

using namespace pegkit;

namespace {

struct Echo : app::Command {
  std::string word, color = "red", file, argument;
  std::int64_t number = 7;
  std::vector<std::string> many;
  bool flag = false;
  void options(app::Options& o) override {
    o.text(word, "--word", "WORD", "a word");
    o.integer(number, "--number", "N", "a number", 0, 100);
    o.texts(many, "--many", "X", "many words");
    o.flag(flag, "--flag", "a flag");
    o.choice(color, "--color", {"red", "blue"}, "a colour");
    o.file(file, "--file", "a file");
    o.argument(argument, "ARG", "a word by itself");
    o.chain();
    o.money();
  }
  Exit run(services::Ports& ports) override {
    ports.print({{"word", word},
                 {"number", number},
                 {"many", many},
                 {"flag", flag},
                 {"color", color},
                 {"argument", argument}});
    return Exit::ok;
  }
};

struct Fail : app::Command {
  std::string how;
  void options(app::Options& o) override {
    o.text(how, "--how", "HOW", "the kind of failure", app::Need::required);
  }
  Exit run(services::Ports& ports) override {
    if (how == "refused")
      throw refused("nonce.used", "this nonce has signed already").hint("start a new session");
    if (how == "field") throw input_error("json.type", "an integer was expected").field("keys[2]");
    if (how == "bug") throw std::runtime_error("index");
    if (how == "no") return Exit::no;
    if (how == "quote") {
      ports.say("a field '\x1b[2J' of theirs\nkeygen: all is well");
      throw input_error("json.unknown", "unknown field '\x1b[2J'").field("a\nb");
    }
    if (how == "full") ports.print_line({{"a", std::string(200000, 'x')}});
    if (how == "confirm") ports.confirm("really?");
    if (how == "stop")
      while (!ports.interrupted()) ports.sleep_ms(50);
    if (how == "lines")
      while (auto line = ports.read_line()) ports.print_line({{"length", line->size()}});
    return Exit::ok;
  }
};

template <class C>
std::unique_ptr<app::Command> make() {
  return std::make_unique<C>();
}

const cli::Program& program() {
  static cli::Program made = [] {
    cli::Program p{"keygen", "Test."};
    p.add("echo", "print the options", "keygen echo --word x", make<Echo>);
    p.add("fail", "fail", "keygen fail --how bug", make<Fail>);
    return p;
  }();
  return made;
}

test::ProcessResult run(std::vector<std::string> words,
                        const std::map<std::string, std::string>& environment = {},
                        const std::string& input = "") {
  words.insert(words.begin(), "keygen");
  return test::run_child(
      [&] {
        ::setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
        for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
        std::vector<char*> argv;
        for (auto& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        return program().run(static_cast<int>(words.size()), argv.data());
      },
      input);
}

struct ConfigFile {
  std::string path;
  explicit ConfigFile(const std::string& text) {
    char name[] = "/tmp/pegkit-config-XXXXXX";
    path = std::string(::mkdtemp(name)) + "/config.json";
    write_file_atomic(path, as_bytes(text));
  }
  ~ConfigFile() { std::filesystem::remove_all(std::filesystem::path(path).parent_path()); }
};

}  // namespace

TEST_CASE("options come from the command line, then the environment, then the file, then the default") {
  ConfigFile config(
      R"({"type":"pegkit/config","version":1,"chain":"regtest","keygen":{"number":3,"color":"blue","flag":true,"echo":{"number":4}}})");
  auto value = [](const test::ProcessResult& r, const char* name) { return parse_json(r.out)[name].dump(); };
  CHECK(value(run({"echo"}), "number") == "7");
  CHECK(value(run({"echo", "--config", config.path}), "number") == "4");
  CHECK(value(run({"echo", "--config", config.path}), "color") == "\"blue\"");
  CHECK(value(run({"echo", "--config", config.path}), "flag") == "true");
  CHECK(value(run({"echo"}, {{"PEGKIT_CONFIG", config.path}}), "number") == "4");
  CHECK(value(run({"echo", "--config", config.path}, {{"PEGKIT_NUMBER", "5"}}), "number") == "5");
  CHECK(value(run({"echo", "--config", config.path, "--number", "6"}, {{"PEGKIT_NUMBER", "5"}}), "number") ==
        "6");
  CHECK(value(run({"echo", "--many", "a", "--many=b", "here"}), "many") == R"(["a","b"])");
  CHECK(value(run({"echo", "--many", "a", "here"}), "argument") == "\"here\"");
}

TEST_CASE("usage errors exit with 2, name what is wrong and print nothing on stdout") {
  for (std::vector<std::string> words : {std::vector<std::string>{},
                                         {"nothing"},
                                         {"echo", "--unknown"},
                                         {"echo", "--number", "101"},
                                         {"echo", "--number", "1.5"},
                                         {"echo", "--number"},
                                         {"echo", "--number", "1", "--number", "2"},
                                         {"echo", "--color", "green"},
                                         {"echo", "a", "b"},
                                         {"fail"},
                                         {"echo", "--flag=maybe"}}) {
    auto result = run(words);
    CAPTURE(result.err);
    CHECK(result.code == 2);
    CHECK(result.out.empty());
    CHECK_FALSE(result.err.empty());
  }
  CHECK(run({"echo"}, {{"PEGKIT_NUMBER", "x"}}).code == 2);
  for (const char* bad : {R"({"type":"pegkit/config","version":1,"typo":1})",
                          R"({"type":"pegkit/config","version":1,"keygen":{"typo":1}})",
                          R"({"type":"pegkit/config","version":1,"keygen":{"echo":{"how":"x"}}})",
                          R"({"type":"pegkit/config","version":1,"chain":1.5})", "", "{"}) {
    ConfigFile config(bad);
    auto result = run({"echo", "--config", config.path});
    CAPTURE(bad);
    CHECK(result.code == 2);
  }
  ConfigFile broken("{");
  CHECK(run({"echo", "--config", broken.path, "--json-errors"})
            .err.starts_with(R"({"error":{"code":"config.invalid",)"));
  // --yes must be said each time.
  ConfigFile config(R"({"type":"pegkit/config","version":1,"keygen":{"yes":true}})");
  CHECK(run({"echo", "--config", config.path}).code == 2);
}

TEST_CASE("errors name program, field and hint, as text or as JSON") {
  auto text = run({"fail", "--how", "refused"});
  CHECK(text.code == 7);
  CHECK(text.err == "keygen: error: this nonce has signed already\nhint: start a new session\n");
  CHECK(run({"fail", "--how", "field"}).err == "keygen: error: keys[2]: an integer was expected\n");
  CHECK(run({"fail", "--how", "field", "--json-errors"}).err ==
        "{\"error\":{\"code\":\"json.type\",\"message\":\"an integer was "
        "expected\",\"details\":{\"field\":\"keys[2]\"}}}\n");
  CHECK(parse_json(run({"nothing", "--json-errors"}).err)["error"]["code"] == "usage");
  CHECK(run({"fail", "--how", "bug"}).code == 70);
  CHECK(run({"fail", "--how", "no"}).code == 1);
}

TEST_CASE("what others wrote is said in one line and moves no cursor") {
  CHECK(run({"fail", "--how", "quote"}).err ==
        "a field '?[2J' of theirs?keygen: all is well\nkeygen: error: a?b: unknown field '?[2J'\n");
}

TEST_CASE("money needs a word: no terminal and no --yes is an error") {
  auto result = run({"fail", "--how", "confirm"});
  CHECK(result.code == 2);
  CHECK(result.err.find("--yes") != std::string::npos);
}

TEST_CASE("a result that cannot be written is an error") {
  auto result = test::run_child([] {
    int full = ::open("/dev/full", O_WRONLY);
    ::dup2(full, 1);
    const char* argv[] = {"keygen", "fail", "--how", "full", nullptr};
    return program().run(4, const_cast<char**>(argv));
  });
  CHECK(result.code == 3);
}

TEST_CASE("a loop is told of SIGTERM and ends by itself; anything else ends with 130") {
  for (const char* how : {"stop", "lines"}) {
    int in[2];
    REQUIRE(::pipe(in) == 0);
    pid_t child = ::fork();
    if (child == 0) {
      ::dup2(in[0], 0);
      const char* argv[] = {"keygen", "fail", "--how", how, nullptr};
      ::_exit(program().run(4, const_cast<char**>(argv)));
    }
    ::usleep(300'000);
    ::kill(child, SIGTERM);
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == (std::string(how) == "stop" ? 0 : 130));
    ::close(in[0]);
    ::close(in[1]);
  }
}

TEST_CASE("stdin is read by lines, the last one with or without its newline") {
  CHECK(run({"fail", "--how", "lines"}, {}, "a\n\nccc").out ==
        "{\"length\":1}\n{\"length\":0}\n{\"length\":3}\n");
  CHECK(run({"fail", "--how", "lines"}, {}, "").out.empty());
}

TEST_CASE("help shows every option and an example, and the completions know them too") {
  auto help = run({"echo", "--help"});
  CHECK(help.code == 0);
  auto table = cli::describe(program());
  for (const Json& option : table["subcommands"][0]["options"]) {
    std::string name = option["name"];
    CHECK(help.out.find(name) != std::string::npos);
    for (const char* shell : {"bash", "zsh", "fish"}) {
      if (option["argument"]) continue;
      std::string word = std::string(shell) == "fish" ? "-l " + name.substr(2) : name;
      CHECK(cli::completion(program(), shell).find(word) != std::string::npos);
    }
  }
  CHECK(help.out.find("Example:\n  keygen echo --word x\n") != std::string::npos);
  CHECK(run({"--version"}).out.starts_with("keygen "));
  CHECK(run({"--completion", "tcsh"}).code == 2);
}
