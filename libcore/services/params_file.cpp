#include "services/params_file.hpp"

#include "base/files.hpp"
#include "services/input.hpp"

namespace pegkit::services {
namespace {

std::filesystem::path params_path(Ports& ports) {
  return ports.directory() / "params.json";
}

std::optional<bridge::Params> stored_params(Ports& ports) {
  std::filesystem::path path = params_path(ports);
  if (!std::filesystem::exists(path)) return std::nullopt;
  Bytes data = read_file(path);
  return bridge::Params::parse(parse_json(as_text(data)));
}

}  // namespace

bridge::Params load_params(Ports& ports, const std::string& file) {
  auto stored = stored_params(ports);
  if (file.empty() && !stored) {
    throw Error(Exit::usage, "params.missing", "the bridge's parameters are not known here yet")
        .hint("give --params once; they are kept in the data directory");
  }
  bridge::Params params = file.empty() ? *stored : bridge::Params::parse(read_json(ports, file));
  params.require_chain(ports.chain());
  if (stored && stored->hash() != params.hash()) {
    throw refused("params.differ", "this data directory belongs to a bridge with other parameters: " +
                                       params_path(ports).string())
        .hint("use another --datadir for another bridge");
  }
  if (!stored) write_file_atomic(params_path(ports), as_bytes(params.to_json().dump() + "\n"), 0600);
  return params;
}

}  // namespace pegkit::services
