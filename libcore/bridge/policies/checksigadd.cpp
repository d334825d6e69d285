// checksigadd: one leaf counts the signatures of any M of N custodians, `<k1> OP_CHECKSIG <k2> OP_CHECKSIGADD
// … <M> OP_NUMEQUAL`. Nobody can sign for the internal key, unless the document asks for a key path of all
// custodians.
#include "bitcoin/unspendable.hpp"
#include "bridge/policies/leaf_script.hpp"
#include "bridge/policies/policy.hpp"

namespace pegkit::bridge {
namespace {

class Checksigadd final : public CustodyPolicy {
 public:
  explicit Checksigadd(Quorum quorum) : CustodyPolicy(checksigadd_policy, std::move(quorum)) {}

  void read_fields(JsonObject& document) override {
    if (auto field = document.optional("key_path")) set_key_path(field->boolean());
  }
  void write_fields(Json& document) const override {
    if (key_path()) document["key_path"] = true;
  }

  crypto::XOnlyKey internal_key() const override {
    if (key_path()) return CustodyPolicy::internal_key();
    Bytes all;
    for (const auto& key : keys()) append(all, key);
    return bitcoin::unspendable_key(all);
  }
  std::string internal_key_text() const override {
    return key_path() ? CustodyPolicy::internal_key_text() : to_hex(internal_key());
  }

  std::uint64_t leaf_count() const override { return 1; }
  std::string leaf_text(std::uint64_t) const override { return multi_a_text(keys(), threshold()); }
  Signers leaf_signers(const std::vector<std::uint32_t>& named) const override {
    if (!named.empty()) index_of(named);  // checks them
    return {first_indexes(keys().size()), threshold(), false};
  }

 private:
  std::size_t key_limit() const override { return max_multi_a_keys; }

  std::uint64_t place_of(const std::vector<std::uint32_t>&) const override { return 0; }
  std::vector<std::uint32_t> signers_at(std::uint64_t) const override { return first_indexes(keys().size()); }
  bitcoin::Script script_of(const std::vector<std::uint32_t>&) const override {
    return multi_a(keys(), threshold()).op(bitcoin::OP_NUMEQUAL).take();
  }
};

}  // namespace

const PolicyType checksigadd_policy{Policy::checksigadd, "checksigadd", PolicyType::maker<Checksigadd>};

}  // namespace pegkit::bridge
