#include "bitcoin/pow.hpp"

#include <cmath>
#include <map>

#include "bitcoin/format_helpers.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;
using namespace pegkit::test;

namespace {

constexpr std::int64_t far_future = 4'000'000'000;

U256 number(const std::string& hex) {
  return {from_hex_array<32>(std::string(64 - hex.size(), '0') + hex)};
}

/// Headers made up for the rules that need no proof of work.
struct FakeChain {
  std::vector<Header> headers;
  HeaderContext context() const {
    return {static_cast<std::uint32_t>(headers.size()),
            [this](std::uint32_t height) { return headers.at(height); }};
  }
  void add(std::uint32_t time, std::uint32_t bits) {
    Header header;
    header.time = time;
    header.bits = bits;
    headers.push_back(header);
  }
};

/// Finds a nonce at regtest's difficulty.
Header mined(Header header) {
  while (!meets_target(header, chain_params(Chain::regtest))) ++header.nonce;
  return header;
}

}  // namespace

TEST_CASE("genesis blocks") {
  const std::map<Chain, const char*> hashes = {
      {Chain::main, "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"},
      {Chain::test, "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943"},
      {Chain::testnet4, "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043"},
      {Chain::signet, "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6"},
      {Chain::regtest, "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"}};
  for (auto [chain, hash] : hashes) {
    const ChainParams& params = chain_params(chain);
    Header genesis = Header::parse(from_hex(params.genesis_header_hex));
    CHECK(genesis.hash().display() == hash);
    CHECK(genesis.bits == params.pow_limit_bits);
    HeaderContext context{0, [](std::uint32_t) -> Header { throw input_error("test", "no ancestor"); }};
    CHECK(check_header(genesis, context, params, far_future) == "");
    CHECK(parse_chain(params.name) == chain);
  }
  CHECK(error_code([] { parse_chain("mainnet"); }) == "chain.unknown");
  CHECK(error_code([] { parse_chain("testnet"); }) == "chain.unknown");
}

TEST_CASE("mainnet headers across a retarget" * needs_vectors) {
  auto path = vectors_path("chain/mainnet-headers-832000-833096.bin");
  Bytes raw = read_vector_file(path);
  const ChainParams& params = chain_params(Chain::main);
  // The file's first header is block 832001: its bits change at its 608th header, which must be 832608.
  constexpr std::uint32_t first = 832'001, retarget = 832'608;
  std::vector<Header> headers;
  for (std::size_t at = 0; at < raw.size(); at += 80)
    headers.push_back(Header::parse(ByteView(raw).subspan(at, 80)));
  REQUIRE(headers.size() == 1097);
  std::uint32_t period_start_time = 0;
  auto ancestor = [&](std::uint32_t height) {
    if (height >= first) return headers.at(height - first);
    REQUIRE(height == retarget - 2016);
    Header start;
    start.time = period_start_time;
    return start;
  };
  for (std::uint32_t height = first + 11; height < first + headers.size(); ++height) {
    Header header = headers[height - first];
    HeaderContext context{height, ancestor};
    // Block 830592 is not in the file; these times, and no others, give the bits of 832608.
    period_start_time = 1'708'008'108;
    CHECK(check_header(header, context, params, header.time) == "");
    if (height == retarget) {
      CHECK(header.bits != headers[height - first - 1].bits);
      for (std::uint32_t time : {1'708'008'105u, 1'708'008'111u}) {
        period_start_time = time;
        CHECK(check_header(header, context, params, header.time) == "bad-diffbits");
      }
    }
    if (height % 100 == 0) {
      CHECK(check_header(header, context, params, header.time - 7201) == "time-too-new");
      Header other = header;
      other.nonce ^= 1;
      CHECK(check_header(other, context, params, far_future) == "high-hash");
      CHECK(check_header(headers[height - first - 2], context, params, far_future) == "prev-blk-not-found");
    }
  }
}

TEST_CASE("retarget of mainnet blocks 2016 and 32256") {
  // Periods of the first years, whose times and bits are in every block explorer.
  FakeChain chain;
  for (int i = 0; i < 2016; ++i) chain.add(1231006505, 0x1d00ffff);
  chain.headers[2015].time = 1233061996;
  CHECK(required_bits({}, chain.context(), chain_params(Chain::main)) == 0x1d00ffff);
  chain.headers.resize(32256 - 2016);
  for (int i = 0; i < 2016; ++i) chain.add(1261130161, 0x1d00ffff);
  chain.headers[32255].time = 1262152739;
  CHECK(required_bits({}, chain.context(), chain_params(Chain::main)) == 0x1d00d86a);
  chain.headers[32255].time = 1261130161;  // no faster than a quarter
  CHECK(required_bits({}, chain.context(), chain_params(Chain::main)) == 0x1c3fffc0);
  CHECK(required_bits({}, chain.context(), chain_params(Chain::regtest)) == 0x1d00ffff);
}

TEST_CASE("testnet rules: 20 minutes, and BIP94's period start") {
  const ChainParams& test = chain_params(Chain::test);
  const ChainParams& testnet4 = chain_params(Chain::testnet4);
  FakeChain chain;
  for (std::uint32_t i = 0; i < 2016; ++i) chain.add(1'000'000 + 600 * i, 0x1c00ffff);
  for (std::uint32_t i = 0; i < 5; ++i)
    chain.add(3'000'000 + 600 * i, i == 0 || i == 2 ? 0x1c00ffff : 0x1d00ffff);
  Header next;
  next.time = chain.headers.back().time + 1200;
  CHECK(required_bits(next, chain.context(), test) == 0x1c00ffff);
  next.time += 1;
  CHECK(required_bits(next, chain.context(), test) == 0x1d00ffff);
  CHECK(required_bits(next, chain.context(), chain_params(Chain::main)) == 0x1d00ffff);

  chain.headers.resize(2016);
  chain.headers[2015].bits = 0x1d00ffff;
  CHECK(required_bits(next, chain.context(), test) == 0x1d00ffde);
  CHECK(required_bits(next, chain.context(), testnet4) == 0x1c00ffde);
}

TEST_CASE("the rules of a header, one by one, on regtest") {
  const ChainParams& params = chain_params(Chain::regtest);
  FakeChain chain;
  chain.headers.push_back(Header::parse(from_hex(params.genesis_header_hex)));
  auto next = [&](std::uint32_t time, std::int32_t version = 4) {
    Header header;
    header.version = version;
    header.previous = chain.headers.back().hash();
    header.time = time;
    header.bits = params.pow_limit_bits;
    return mined(header);
  };
  std::uint32_t start = chain.headers[0].time;
  for (std::uint32_t i = 1; i <= 12; ++i) {
    Header header = next(start + 100 * i);
    CHECK(check_header(header, chain.context(), params, start + 100 * i) == "");
    chain.headers.push_back(header);
  }
  CHECK(median_time_past(chain.context()) == start + 700);
  CHECK(check_header(next(start + 700), chain.context(), params, far_future) == "time-too-old");
  CHECK(check_header(next(start + 701), chain.context(), params, far_future) == "");
  CHECK(check_header(next(start + 10'000), chain.context(), params, start + 2799) == "time-too-new");
  CHECK(check_header(next(start + 10'000), chain.context(), params, start + 2800) == "");
  CHECK(check_header(next(start + 2000, 3), chain.context(), params, far_future) == "bad-version");
  Header wrong_bits = next(start + 2000);
  wrong_bits.bits = 0x207ffffe;
  CHECK(check_header(mined(wrong_bits), chain.context(), params, far_future) == "bad-diffbits");
  wrong_bits.bits = 0x2100ffff;
  CHECK(check_header(wrong_bits, chain.context(), params, far_future) == "high-hash");
}

TEST_CASE("compact targets") {
  const ChainParams& regtest = chain_params(Chain::regtest);
  CHECK(target_of(0x05009234, regtest) == number("92340000"));
  CHECK(target_of(0x03123456, regtest) == number("123456"));
  CHECK(target_of(0x02123456, regtest) == number("1234"));
  CHECK(target_of(0x01123456, regtest) == number("12"));
  CHECK_FALSE(target_of(0x00123456, regtest));  // zero
  CHECK_FALSE(target_of(0x04923456, regtest));  // negative
  CHECK_FALSE(target_of(0x01fedcba, regtest));  // negative
  CHECK_FALSE(target_of(0xff123456, regtest));  // above 256 bits
  CHECK_FALSE(target_of(0x23000001, regtest));
  CHECK(target_of(0x1d00ffff, chain_params(Chain::main)) == number("ffff" + std::string(52, '0')));
  CHECK_FALSE(target_of(0x1d010000, chain_params(Chain::main)));
  CHECK_FALSE(target_of(0x207fffff, chain_params(Chain::signet)));
  for (std::uint32_t bits :
       {0x01120000u, 0x02123400u, 0x03123456u, 0x04123456u, 0x05009234u, 0x1d00ffffu, 0x207fffffu}) {
    CHECK(compact_of(*target_of(bits, regtest)) == bits);
  }
  CHECK(compact_of(number("80")) == 0x02008000);
  CHECK(compact_of(U256{}) == 0);
}

TEST_CASE("work") {
  CHECK(work_of(0x1d00ffff) == number("100010001"));
  CHECK(work_of(0x207fffff) == number("2"));
  CHECK(work_of(0) == U256{});
  CHECK(work_of(0x04923456) == U256{});
  CHECK(work_of(0x17034219) == number("4e9235f043634662e0cb"));
  CHECK(add(number("ffffffffffffffff"), number("1")) == number("10000000000000000"));
  U256 most;
  most.bytes.fill(0xff);
  CHECK(add(most, number("2")) == number("1"));
  // Against floating point over the whole range of exponents.
  for (std::uint32_t size = 4; size <= 0x20; ++size) {
    long double target = std::ldexp(static_cast<long double>(0x123456), static_cast<int>(8 * (size - 3)));
    long double got = 0;
    for (std::uint8_t byte : work_of(size << 24 | 0x123456).bytes) got = got * 256 + byte;
    long double want = std::ldexp(1.0L, 256) / (target + 1);
    CHECK(std::fabs(got - want) <= want * 1e-15L + 1);
  }
}
