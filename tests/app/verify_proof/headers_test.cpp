#include <doctest/doctest.h>

#include "bitcoin/header_chain.hpp"
#include "support/fake_ports.hpp"

using namespace pegkit;
using namespace pegkit::test;
using bitcoin::Header;

namespace {

constexpr std::int64_t now = 1'700'000'000;
constexpr std::uint32_t period = 20;

Header mined(Header header, const bitcoin::ChainParams& params) {
  while (!meets_target(header, params)) ++header.nonce;
  return header;
}

/// Rules as on mainnet, at a difficulty that a test can mine, with periods of 20 blocks of 8 seconds.
bitcoin::ChainParams small_periods() {
  bitcoin::ChainParams params = bitcoin::chain_params(bitcoin::Chain::regtest);
  params.no_retargeting = params.min_difficulty_blocks = false;
  params.bip34_height = params.bip66_height = params.bip65_height = 1;
  params.pow_limit_bits = 0x1f7fffff;
  params.target_spacing = 8;
  params.target_timespan = period * params.target_spacing;
  static const std::string genesis = [&] {
    Header header;
    header.version = 1;
    header.time = 1'600'000'000;
    header.bits = params.pow_limit_bits;
    return to_hex(mined(header, params).serialize());
  }();
  params.genesis_header_hex = genesis.c_str();
  return params;
}

/// `count` blocks from genesis on, one each `spacing` seconds.
std::vector<Header> mine(std::size_t count, std::uint32_t spacing, const bitcoin::ChainParams& params) {
  std::vector<Header> out = {Header::parse(from_hex(params.genesis_header_hex))};
  while (out.size() < count) {
    auto height = static_cast<std::uint32_t>(out.size());
    Header next;
    next.version = 4;
    next.previous = out.back().hash();
    next.time = out.back().time + spacing;
    next.bits = required_bits(next, {height, [&](std::uint32_t at) { return out.at(at); }}, params);
    out.push_back(mined(next, params));
  }
  return out;
}

std::vector<Header> part(const std::vector<Header>& all, std::size_t first, std::size_t last) {
  return {all.begin() + static_cast<std::ptrdiff_t>(first), all.begin() + static_cast<std::ptrdiff_t>(last)};
}

/// The reason why a run is not valid when its header at `height` is replaced by a changed and mined one.
std::string reason_when(const std::vector<Header>& all, std::uint32_t first, std::uint32_t height,
                        const std::function<void(Header&)>& change) {
  auto params = small_periods();
  auto run = part(all, first, height + 1);
  change(run.back());
  run.back() = mined(run.back(), params);
  return bitcoin::verify_headers(run, first, params, now).verdict.reason;
}

}  // namespace

TEST_CASE("a chain from genesis leaves nothing unchecked; any later part only its first retarget") {
  auto params = small_periods();
  auto all = mine(65, 3, params);  // faster than asked: the target falls at 20, 40 and 60
  REQUIRE(all[20].bits != all[19].bits);
  REQUIRE(all[40].bits != all[39].bits);
  for (std::uint32_t first = 0; first < all.size(); ++first) {
    CAPTURE(first);
    auto result = bitcoin::verify_headers(part(all, first, all.size()), first, params, now);
    CHECK(result.verdict.reason == "");
    std::uint32_t retarget = (first + period - 1) / period * period;
    std::vector<std::uint32_t> unchecked;
    if (first > 0 && retarget < all.size()) unchecked = {retarget};
    CHECK(result.unchecked_retargets == unchecked);
  }
}

TEST_CASE("work is that of all headers") {
  auto params = small_periods();
  auto all = mine(30, 3, params);
  bitcoin::U256 sum;
  for (const Header& header : all) sum = add(sum, bitcoin::work_of(header.bits));
  CHECK(bitcoin::verify_headers(all, 0, params, now).work == sum);
}

TEST_CASE("a target is held to the rule where the period is known, and to fourfold bounds where it is not") {
  auto params = small_periods();
  auto all = mine(45, 3, params);
  std::uint32_t easier = all[39].bits;
  auto with_bits = [](std::uint32_t bits) { return [=](Header& header) { header.bits = bits; }; };
  CHECK(reason_when(all, 20, 40, with_bits(all[40].bits)) == "");
  CHECK(reason_when(all, 20, 40, with_bits(easier)) == "height 40: bad-diffbits");
  CHECK(reason_when(all, 21, 40, with_bits(easier)) == "");
  CHECK(reason_when(all, 21, 40, with_bits(0x1f7fffff)) == "");  // at the limit, and less than four times
  auto times = [&](std::uint32_t mantissa) { return (easier & 0xff000000) | mantissa; };
  std::uint32_t mantissa = easier & 0x00ffffff;
  CHECK(reason_when(all, 21, 40, with_bits(times(mantissa / 4))) == "");
  CHECK(reason_when(all, 21, 40, with_bits(times(mantissa / 4 - 1))) == "height 40: bad-diffbits");
  CHECK(reason_when(all, 21, 35, with_bits(all[35].bits - 1)) == "height 35: bad-diffbits");
}

TEST_CASE("rules that need no whole period hold at an unchecked retarget too") {
  auto params = small_periods();
  auto all = mine(45, 3, params);
  for (std::uint32_t first : {20u, 25u}) {
    CHECK(reason_when(all, first, 40, [&](Header& h) { h.time = all[34].time; }) ==
          "height 40: time-too-old");
    CHECK(reason_when(all, first, 40, [](Header& h) { h.time = now + 7201; }) == "height 40: time-too-new");
    CHECK(reason_when(all, first, 40, [](Header& h) { h.version = 3; }) == "height 40: bad-version");
    CHECK(reason_when(all, first, 40, [](Header& h) { h.previous = {}; }) == "height 40: prev-blk-not-found");
  }
}

TEST_CASE("the first header of a part is held to what it says itself") {
  auto all = mine(45, 3, small_periods());
  CHECK(reason_when(all, 30, 30, [](Header& h) { h.previous = {}; }) == "");
  CHECK(reason_when(all, 30, 30, [](Header& h) { h.version = 3; }) == "height 30: bad-version");
  CHECK(reason_when(all, 30, 30, [](Header& h) { h.time = now + 7201; }) == "height 30: time-too-new");
  auto run = part(all, 30, 31);
  run[0].bits = 0x1b00ffff;
  CHECK(bitcoin::verify_headers(run, 30, small_periods(), now).verdict.reason == "height 30: high-hash");
}

TEST_CASE("testnet: the limit after two spacings is checked, what a part cannot show is named") {
  auto params = small_periods();
  params.min_difficulty_blocks = true;
  std::vector<Header> all = mine(24, 3, params);
  CHECK(all[20].bits != params.pow_limit_bits);
  auto verdict = bitcoin::verify_headers(all, 0, params, now);
  CHECK(verdict.verdict.reason == "");
  CHECK(verdict.unchecked_retargets.empty());
  Header late = all.back();
  late.previous = all.back().hash();
  late.time = all.back().time + 17;
  all.push_back(mined(late, params));
  CHECK(bitcoin::verify_headers(all, 0, params, now).verdict.reason == "height 24: bad-diffbits");
  CHECK(bitcoin::verify_headers(part(all, 22, 25), 22, params, now).verdict.reason ==
        "height 24: bad-diffbits");
  late.bits = params.pow_limit_bits;
  all.back() = mined(late, params);
  CHECK(bitcoin::verify_headers(all, 0, params, now).verdict.reason == "");
}

TEST_CASE("regtest: the same target for ever, from anywhere") {
  const auto& params = bitcoin::chain_params(bitcoin::Chain::regtest);
  auto all = mine(30, 600, params);
  for (std::uint32_t first : {0u, 1u, 17u}) {
    auto result = bitcoin::verify_headers(part(all, first, 30), first, params, now);
    CHECK(result.verdict.reason == "");
    CHECK(result.unchecked_retargets.empty());
  }
  auto changed = part(all, 17, 30);
  changed.back().bits = 0x207ffffe;
  changed.back() = mined(changed.back(), params);
  CHECK(bitcoin::verify_headers(changed, 17, params, now).verdict.reason == "height 29: bad-diffbits");
}

TEST_CASE("headers are whole") {
  CHECK(error_code([] { bitcoin::parse_headers({}); }) == "headers.length");
  CHECK(error_code([] { bitcoin::parse_headers(Bytes(79)); }) == "headers.length");
  CHECK(error_code([] { bitcoin::parse_headers(Bytes(161)); }) == "headers.length");
  CHECK(bitcoin::parse_headers(Bytes(160)).size() == 2);
}
