// musig: all custodians sign together by the key path. Without a recovery there is no tree.
#include "bridge/policies/policy.hpp"

namespace pegkit::bridge {
namespace {

class Musig final : public CustodyPolicy {
 public:
  explicit Musig(Quorum quorum) : CustodyPolicy(musig_policy, std::move(quorum)) { set_key_path(true); }

  bool unanimous() const override { return true; }

 private:
  void check_limits() const override {
    if (threshold() != keys().size())
      throw input_error("custody.threshold",
                        "with musig all custodians sign: the threshold is the number of keys")
          .field("threshold");
  }
};

}  // namespace

const PolicyType musig_policy{Policy::musig, "musig", PolicyType::maker<Musig>};

}  // namespace pegkit::bridge
