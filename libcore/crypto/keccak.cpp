#include "crypto/keccak.hpp"

#include <bit>

namespace pegkit::crypto {
namespace {

constexpr std::size_t rate = 136;
constexpr int rounds = 24;

using State = std::array<std::uint64_t, 25>;  // lane (x, y) at x + 5y

/// The round constants. Their bits 2^j - 1 (j = 0 to 6) are the successive outputs of the LFSR
/// x^8 + x^6 + x^5 + x^4 + 1; all other bits are zero.
constexpr std::array<std::uint64_t, rounds> make_round_constants() {
  std::array<std::uint64_t, rounds> out{};
  std::uint8_t lfsr = 1;
  for (auto& constant : out) {
    for (int j = 0; j < 7; ++j) {
      if (lfsr & 1) constant |= std::uint64_t{1} << ((1 << j) - 1);
      lfsr = static_cast<std::uint8_t>((lfsr << 1) ^ ((lfsr & 0x80) ? 0x71 : 0));
    }
  }
  return out;
}

/// One step of rho and pi: the lane to which the walk goes next, and the rotation of the lane put there.
struct Step {
  std::uint8_t lane, rotation;
};
constexpr std::array<Step, 24> make_walk() {
  std::array<Step, 24> out{};
  int x = 1, y = 0;
  for (int t = 0; t < 24; ++t) {
    int next_y = (2 * x + 3 * y) % 5;
    x = y;
    y = next_y;
    out[t] = {static_cast<std::uint8_t>(x + 5 * y), static_cast<std::uint8_t>((t + 1) * (t + 2) / 2 % 64)};
  }
  return out;
}

constexpr auto round_constants = make_round_constants();
constexpr auto walk = make_walk();

void theta(State& a) {
  std::array<std::uint64_t, 5> column;
  for (int x = 0; x < 5; ++x) column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
  for (int x = 0; x < 5; ++x) {
    std::uint64_t d = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
    for (int y = 0; y < 25; y += 5) a[x + y] ^= d;
  }
}

void rho_pi(State& a) {
  std::uint64_t carried = a[1];
  for (const Step& step : walk) {
    std::uint64_t next = a[step.lane];
    a[step.lane] = std::rotl(carried, step.rotation);
    carried = next;
  }
}

void chi(State& a) {
  for (int y = 0; y < 25; y += 5) {
    std::array<std::uint64_t, 5> row;
    for (int x = 0; x < 5; ++x) row[x] = a[y + x];
    for (int x = 0; x < 5; ++x) a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
  }
}

void absorb(State& a, const std::uint8_t* block) {
  for (std::size_t i = 0; i < rate; ++i) a[i / 8] ^= std::uint64_t{block[i]} << (8 * (i % 8));
  for (std::uint64_t constant : round_constants) {
    theta(a);
    rho_pi(a);
    chi(a);
    a[0] ^= constant;
  }
}

}  // namespace

ByteArray<32> keccak256(ByteView data) {
  State state{};
  for (; data.size() >= rate; data = data.subspan(rate)) absorb(state, data.data());
  ByteArray<rate> last{};
  std::ranges::copy(data, last.begin());
  last[data.size()] = 0x01;
  last[rate - 1] |= 0x80;
  absorb(state, last.data());

  ByteArray<32> out;
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::uint8_t>(state[i / 8] >> (8 * (i % 8)));
  return out;
}

}  // namespace pegkit::crypto
