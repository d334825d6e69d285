#include <string>

#include "app/verify_proof/commands.hpp"
#include "app/verify_proof/header_bytes.hpp"
#include "bitcoin/chain.hpp"
#include "bitcoin/header_chain.hpp"
#include "services/results.hpp"

namespace pegkit::app::verify_proof {
namespace {

/// `verify-proof headers`: checks consecutive headers by every consensus rule that needs headers alone.
class VerifyHeaders : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string input_ = "-";
  std::int64_t first_height_ = 0;
};

}  // namespace

void VerifyHeaders::options(Options& options) {
  options.file(input_, "--headers", "the headers, hex or raw (default: stdin)");
  options.integer(first_height_, "--first-height", "HEIGHT", "height of the first header", 0, INT32_MAX,
                  Need::required);
  options.chain();
}

Exit VerifyHeaders::run(Ports& ports) {
  auto headers = bitcoin::parse_headers(header_bytes(ports.read(input_)));
  auto first = static_cast<std::uint32_t>(first_height_);
  bitcoin::HeaderVerdict result =
      bitcoin::verify_headers(headers, first, bitcoin::chain_params(ports.chain()), ports.now());
  Json out = services::verdict_document(result.verdict);
  out["first_height"] = first;
  out["headers"] = headers.size();
  out["tip"] = headers.back().hash().display();
  out["work"] = to_hex(result.work);
  out["unchecked_retargets"] = result.unchecked_retargets;
  ports.print(out);
  return result.verdict ? Exit::ok : Exit::no;
}

std::unique_ptr<Command> headers_command() {
  return std::make_unique<VerifyHeaders>();
}

}  // namespace pegkit::app::verify_proof
