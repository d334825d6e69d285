#include "app/keygen/ots.hpp"

#include <fmt/core.h>
#include <sstream>

#include "app/keygen/commands.hpp"
#include "base/text.hpp"
#include "crypto/keys.hpp"
#include "crypto/secret.hpp"
#include "crypto/winternitz.hpp"
#include "services/key.hpp"

namespace pegkit::app::keygen {
namespace {

using optimistic::OtsKeySet;
using optimistic::OtsNamedKey;

OtsValue read_value(const JsonField& field) {
  JsonObject object(field);
  OtsValue out;
  out.name = object.required("name").text(OtsKeySet::max_name);
  out.bytes = static_cast<std::size_t>(object.required("bytes").integer(1, crypto::max_ots_bytes));
  object.ignore({"where", "part"});
  object.done();
  return out;
}

std::vector<OtsValue> read_values(const JsonField& list) {
  std::vector<OtsValue> out;
  for (const JsonField& item : list.items(OtsKeySet::max_keys)) out.push_back(read_value(item));
  return out;
}

std::vector<OtsValue> read_lines(const std::string& text) {
  std::vector<OtsValue> out;
  std::istringstream lines(text);
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (is_blank(line)) continue;
    if (out.size() == OtsKeySet::max_keys) throw input_error("ots.values", "the list has too many values");
    std::string path = fmt::format("line {}", number);
    try {
      out.push_back(read_value(JsonField(parse_json(line), path)));
    } catch (const Error& e) {
      if (!e.field().empty()) throw;
      throw Error(e.exit(), e.code(), e.message()).hint(e.hint()).field(path);
    }
  }
  return out;
}

/// Parses the text as one JSON value; nullopt when it is not one.
std::optional<Json> one_json(const std::string& text) {
  try {
    return parse_json(text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// `keygen ots`: derives one-time keys from a key file and prints their public parts as `pegkit/ots-keys`:
/// a sequencer's for consecutive epochs, or an operator's for the values of one graph's claim.
class MakeOneTimeKeys : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string for_, graph_, values_;
  std::optional<std::int64_t> first_epoch_, epochs_;
};

}  // namespace

std::vector<OtsValue> parse_ots_values(const std::string& text) {
  auto whole = one_json(text);
  std::vector<OtsValue> out;
  if (!whole)
    out = read_lines(text);
  else if (whole->is_object() && whole->contains("values"))
    out = read_values(JsonField(whole->at("values"), "values"));
  else if (whole->is_array())
    out = read_values(JsonField(*whole, "values"));
  else
    out.push_back(read_value(JsonField(*whole, "")));
  if (out.empty()) throw input_error("ots.values", "the list of values is empty");
  return out;
}

OtsKeySet sequencer_ots_keys(const crypto::SecretKey& seed, std::uint32_t first, std::uint32_t count) {
  std::vector<crypto::OtsPublicKey> keys;
  keys.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i)
    keys.push_back(
        crypto::ots_public_key(optimistic::sequencer_ots_secret(seed, first + i), OtsKeySet::root_bytes));
  return OtsKeySet::for_sequencer(first, std::move(keys));
}

OtsKeySet operator_ots_keys(const crypto::SecretKey& seed, const ByteArray<32>& graph,
                            const std::vector<OtsValue>& values) {
  std::vector<OtsNamedKey> keys;
  keys.reserve(values.size());
  for (const OtsValue& value : values)
    keys.push_back({value.name, crypto::ots_public_key(
                                    optimistic::operator_ots_secret(seed, graph, value.name), value.bytes)});
  return OtsKeySet::for_operator(graph, std::move(keys));
}

void MakeOneTimeKeys::options(Options& options) {
  options.choice(for_, "--for", {"sequencer", "operator"}, "party that the keys belong to", Need::required);
  options.maybe_integer(first_epoch_, "--first-epoch", "N", "sequencer: the first epoch (default: 0)", 0,
                        0xffffffff);
  options.maybe_integer(epochs_, "--epochs", "N", "sequencer: the number of epochs", 1, OtsKeySet::max_keys);
  options.text(graph_, "--graph", "HEX", "operator: the id of the graph that the keys are for, 32 bytes");
  options.file(values_, "--values", "operator: the values of build-taptree claim --values");
  options.key();
}

Exit MakeOneTimeKeys::run(Ports& ports) {
  crypto::forbid_core_files();
  bool sequencer = for_ == "sequencer";
  if (sequencer && (!epochs_ || !graph_.empty() || !values_.empty()))
    throw usage_error("--for sequencer needs --epochs and takes neither --graph nor --values");
  if (!sequencer && (epochs_ || first_epoch_ || graph_.empty() || values_.empty()))
    throw usage_error(
        "--for operator needs --graph and --values and takes neither --first-epoch nor --epochs");
  if (sequencer) {
    std::int64_t first = first_epoch_.value_or(0);
    if (first + *epochs_ > std::int64_t{1} << 32)
      throw usage_error("the last epoch would be above 4294967295");
    crypto::SecretKey seed = services::load_key(ports);
    ports.print(
        sequencer_ots_keys(seed, static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(*epochs_))
            .to_json());
    return Exit::ok;
  }
  auto graph = from_hex_array<32>(graph_);
  auto values = parse_ots_values(ports.read(values_));
  crypto::SecretKey seed = services::load_key(ports);
  ports.print(operator_ots_keys(seed, graph, values).to_json());
  return Exit::ok;
}

std::unique_ptr<Command> ots_command() {
  return std::make_unique<MakeOneTimeKeys>();
}

}  // namespace pegkit::app::keygen
