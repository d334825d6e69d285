#include "crypto/sha256_ni.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#include <cstring>
#include <immintrin.h>

#include "crypto/sha256_constants.hpp"

#define PEGKIT_SHA __attribute__((target("sha,ssse3,sse4.1")))
#define PEGKIT_SHA_INLINE __attribute__((target("sha,ssse3,sse4.1"), always_inline)) inline

namespace pegkit::crypto::sha256_ni {
namespace {

/// The working variables in the order of the SHA instructions: (A, B, E, F) and (C, D, G, H), high
/// word first.
struct State {
  __m128i abef, cdgh;
};

/// The state of one message and the last sixteen words of its schedule.
struct Lane {
  State state;
  __m128i words[4];
};

/// All 64 schedule words plus round constants, four to a register: the padding block's, the same for
/// all messages.
struct Schedule {
  __m128i quads[16];
};

PEGKIT_SHA_INLINE State load_state(const std::uint32_t* h) {
  __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(h)), 0xb1);
  __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(h + 4)), 0x1b);
  return {_mm_alignr_epi8(abcd, efgh, 8), _mm_blend_epi16(efgh, abcd, 0xf0)};
}

PEGKIT_SHA_INLINE __m128i byte_order() {
  return _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
}

PEGKIT_SHA_INLINE void store_digest(std::uint8_t* out, const State& state) {
  __m128i feba = _mm_shuffle_epi32(state.abef, 0x1b);
  __m128i dchg = _mm_shuffle_epi32(state.cdgh, 0xb1);
  __m128i dcba = _mm_blend_epi16(feba, dchg, 0xf0);
  __m128i hgfe = _mm_alignr_epi8(dchg, feba, 8);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_shuffle_epi8(dcba, byte_order()));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 16), _mm_shuffle_epi8(hgfe, byte_order()));
}

PEGKIT_SHA_INLINE void load_words(Lane& lane, const std::uint8_t* block) {
  for (int i = 0; i < 4; ++i)
    lane.words[i] =
        _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(block + 16 * i)), byte_order());
}

/// Gives words 4·quad to 4·quad+3 of the schedule plus their round constants, and keeps the words in
/// the lane.
template <int quad>
PEGKIT_SHA_INLINE __m128i next_quad(Lane& lane) {
  __m128i& words = lane.words[quad & 3];
  if constexpr (quad >= 4) {
    const __m128i& last = lane.words[(quad + 3) & 3];
    __m128i sum = _mm_sha256msg1_epu32(words, lane.words[(quad + 1) & 3]);
    sum = _mm_add_epi32(sum, _mm_alignr_epi8(last, lane.words[(quad + 2) & 3], 4));
    words = _mm_sha256msg2_epu32(sum, last);
  }
  return _mm_add_epi32(words, _mm_load_si128(reinterpret_cast<const __m128i*>(sha256_constants + 4 * quad)));
}

PEGKIT_SHA_INLINE void four_rounds(State& state, __m128i quad) {
  state.cdgh = _mm_sha256rnds2_epu32(state.cdgh, state.abef, quad);
  state.abef = _mm_sha256rnds2_epu32(state.abef, state.cdgh, _mm_shuffle_epi32(quad, 0x0e));
}

template <int quad = 0>
PEGKIT_SHA_INLINE void rounds(Lane& a, Lane& b) {
  __m128i quad_a = next_quad<quad>(a), quad_b = next_quad<quad>(b);
  four_rounds(a.state, quad_a);
  four_rounds(b.state, quad_b);
  if constexpr (quad < 15) rounds<quad + 1>(a, b);
}

template <int quad = 0>
PEGKIT_SHA_INLINE void rounds(State& a, State& b, const Schedule& schedule) {
  four_rounds(a, schedule.quads[quad]);
  four_rounds(b, schedule.quads[quad]);
  if constexpr (quad < 15) rounds<quad + 1>(a, b, schedule);
}

template <int quad = 0>
PEGKIT_SHA_INLINE void fill(Schedule& schedule, Lane& lane) {
  schedule.quads[quad] = next_quad<quad>(lane);
  if constexpr (quad < 15) fill<quad + 1>(schedule, lane);
}

PEGKIT_SHA_INLINE void add(State& state, const State& before) {
  state.abef = _mm_add_epi32(state.abef, before.abef);
  state.cdgh = _mm_add_epi32(state.cdgh, before.cdgh);
}

PEGKIT_SHA_INLINE void compress(Lane& a, Lane& b, const State& start, const std::uint8_t* in_a,
                                const std::uint8_t* in_b) {
  a.state = b.state = start;
  load_words(a, in_a);
  load_words(b, in_b);
  rounds(a, b);
  add(a.state, start);
  add(b.state, start);
}

}  // namespace

bool supported() {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1)) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

// An odd message at the end goes through both lanes; the second lane writes the same digest again.

PEGKIT_SHA void hash_short(const std::uint32_t* midstate, const std::uint8_t* in, std::size_t length,
                           const std::uint8_t* padding, std::uint8_t* out, std::size_t count) {
  const State start = load_state(midstate);
  alignas(16) std::uint8_t block_a[64], block_b[64];
  std::memcpy(block_a, padding, 64);
  std::memcpy(block_b, padding, 64);
  Lane a, b;
  for (std::size_t i = 0; i < count; i += 2) {
    std::size_t j = i + 1 < count ? i + 1 : i;
    if (length > 0) {
      std::memcpy(block_a, in + length * i, length);
      std::memcpy(block_b, in + length * j, length);
    }
    compress(a, b, start, block_a, block_b);
    store_digest(out + 32 * i, a.state);
    store_digest(out + 32 * j, b.state);
  }
}

PEGKIT_SHA void hash_64(const std::uint32_t* midstate, const std::uint8_t* in, const std::uint8_t* padding,
                        std::uint8_t* out, std::size_t count) {
  const State start = load_state(midstate);
  Schedule schedule;
  Lane a, b;
  load_words(a, padding);
  fill(schedule, a);
  for (std::size_t i = 0; i < count; i += 2) {
    std::size_t j = i + 1 < count ? i + 1 : i;
    compress(a, b, start, in + 64 * i, in + 64 * j);
    State before_a = a.state, before_b = b.state;
    rounds(a.state, b.state, schedule);
    add(a.state, before_a);
    add(b.state, before_b);
    store_digest(out + 32 * i, a.state);
    store_digest(out + 32 * j, b.state);
  }
}

}  // namespace pegkit::crypto::sha256_ni

#else

namespace pegkit::crypto::sha256_ni {

bool supported() {
  return false;
}
void hash_short(const std::uint32_t*, const std::uint8_t*, std::size_t, const std::uint8_t*, std::uint8_t*,
                std::size_t) {}
void hash_64(const std::uint32_t*, const std::uint8_t*, const std::uint8_t*, std::uint8_t*, std::size_t) {}

}  // namespace pegkit::crypto::sha256_ni

#endif
