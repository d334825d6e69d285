#include "crypto/sha256_avx512.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

#include "crypto/sha256_constants.hpp"

#define PEGKIT_AVX512 __attribute__((target("avx512f,avx512bw")))
#define PEGKIT_AVX512_INLINE __attribute__((target("avx512f,avx512bw"), always_inline)) inline

namespace pegkit::crypto::sha256_avx512 {
namespace {

/// One 32-bit word of each of sixteen messages.
using Words = __m512i;

PEGKIT_AVX512_INLINE Words add(Words a, Words b) {
  return _mm512_add_epi32(a, b);
}

PEGKIT_AVX512_INLINE Words xor3(Words a, Words b, Words c) {
  return _mm512_ternarylogic_epi32(a, b, c, 0x96);
}

PEGKIT_AVX512_INLINE Words broadcast(std::uint32_t word) {
  return _mm512_set1_epi32(static_cast<int>(word));
}

/// Transposes a 16 by 16 matrix of words: row i, sixteen words of message i, becomes column i.
PEGKIT_AVX512_INLINE void transpose(Words (&rows)[16]) {
  Words t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
  }
  // Quarter q of u[4g + c] now holds column 4q + c of rows 4g to 4g+3.
  Words u[16];
  for (int i = 0; i < 16; i += 4) {
    u[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    u[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    u[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    u[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  for (int c = 0; c < 4; ++c) {
    Words low01 = _mm512_shuffle_i32x4(u[c], u[4 + c], 0x44);
    Words low23 = _mm512_shuffle_i32x4(u[8 + c], u[12 + c], 0x44);
    Words high01 = _mm512_shuffle_i32x4(u[c], u[4 + c], 0xee);
    Words high23 = _mm512_shuffle_i32x4(u[8 + c], u[12 + c], 0xee);
    rows[c] = _mm512_shuffle_i32x4(low01, low23, 0x88);
    rows[4 + c] = _mm512_shuffle_i32x4(low01, low23, 0xdd);
    rows[8 + c] = _mm512_shuffle_i32x4(high01, high23, 0x88);
    rows[12 + c] = _mm512_shuffle_i32x4(high01, high23, 0xdd);
  }
}

PEGKIT_AVX512_INLINE Words swap_bytes(Words words) {
  return _mm512_shuffle_epi8(words,
                             _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203)));
}

PEGKIT_AVX512_INLINE void load(Words (&words)[16], const std::uint8_t* in) {
  for (int i = 0; i < 16; ++i) words[i] = swap_bytes(_mm512_loadu_si512(in + 64 * i));
  transpose(words);
}

PEGKIT_AVX512_INLINE void load_short(Words (&words)[16], const std::uint8_t* in, std::size_t length,
                                     const std::uint8_t* padding) {
  const __mmask64 bytes = (__mmask64{1} << length) - 1;
  const Words rest = _mm512_loadu_si512(padding);
  for (std::size_t i = 0; i < 16; ++i)
    words[i] = swap_bytes(_mm512_mask_loadu_epi8(rest, bytes, in + length * i));
  transpose(words);
}

PEGKIT_AVX512_INLINE void store(std::uint8_t* out, const Words (&state)[8]) {
  Words rows[16];
  for (int i = 0; i < 8; ++i) rows[i] = rows[i + 8] = swap_bytes(state[i]);
  transpose(rows);
  for (int i = 0; i < 16; ++i)
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 32 * i), _mm512_castsi512_si256(rows[i]));
}

/// One round. Working variable i (a = 0 … h = 7) of round `r` is s[(i - r) mod 8], so that no value moves.
template <int r>
PEGKIT_AVX512_INLINE void round(Words (&s)[8], Words constant_and_word) {
  Words &a = s[-r & 7], &b = s[(1 - r) & 7], &c = s[(2 - r) & 7], &d = s[(3 - r) & 7];
  Words &e = s[(4 - r) & 7], &f = s[(5 - r) & 7], &g = s[(6 - r) & 7], &h = s[(7 - r) & 7];
  Words sum1 = xor3(_mm512_ror_epi32(e, 6), _mm512_ror_epi32(e, 11), _mm512_ror_epi32(e, 25));
  Words choice = _mm512_ternarylogic_epi32(e, f, g, 0xca);
  Words first = add(add(add(h, constant_and_word), choice), sum1);
  Words sum0 = xor3(_mm512_ror_epi32(a, 2), _mm512_ror_epi32(a, 13), _mm512_ror_epi32(a, 22));
  Words majority = _mm512_ternarylogic_epi32(a, b, c, 0xe8);
  d = add(d, first);
  h = add(first, add(sum0, majority));
}

template <int r = 0>
PEGKIT_AVX512_INLINE void rounds(Words (&s)[8], Words (&w)[16]) {
  if constexpr (r >= 16) {
    Words before = w[(r - 15) & 15], last = w[(r - 2) & 15];
    Words sigma0 =
        xor3(_mm512_ror_epi32(before, 7), _mm512_ror_epi32(before, 18), _mm512_srli_epi32(before, 3));
    Words sigma1 = xor3(_mm512_ror_epi32(last, 17), _mm512_ror_epi32(last, 19), _mm512_srli_epi32(last, 10));
    w[r & 15] = add(add(w[r & 15], w[(r - 7) & 15]), add(sigma0, sigma1));
  }
  round<r>(s, add(w[r & 15], broadcast(sha256_constants[r])));
  if constexpr (r < 63) rounds<r + 1>(s, w);
}

template <int r = 0>
PEGKIT_AVX512_INLINE void rounds(Words (&s)[8], const std::uint32_t* schedule) {
  round<r>(s, broadcast(schedule[r]));
  if constexpr (r < 63) rounds<r + 1>(s, schedule);
}

PEGKIT_AVX512_INLINE void compress(Words (&state)[8], const std::uint32_t* midstate, Words (&words)[16]) {
  for (int i = 0; i < 8; ++i) state[i] = broadcast(midstate[i]);
  rounds(state, words);
  for (int i = 0; i < 8; ++i) state[i] = add(state[i], broadcast(midstate[i]));
}

std::uint32_t rotate(std::uint32_t word, int by) {
  return word >> by | word << (32 - by);
}

/// Computes the message schedule of one block, with the round constants added.
void fill_schedule(std::uint32_t (&schedule)[64], const std::uint8_t* block) {
  for (int i = 0; i < 16; ++i)
    schedule[i] = std::uint32_t{block[4 * i]} << 24 | std::uint32_t{block[4 * i + 1]} << 16 |
                  std::uint32_t{block[4 * i + 2]} << 8 | block[4 * i + 3];
  for (int i = 16; i < 64; ++i) {
    std::uint32_t before = schedule[i - 15], last = schedule[i - 2];
    schedule[i] = schedule[i - 16] + schedule[i - 7] +
                  (rotate(before, 7) ^ rotate(before, 18) ^ before >> 3) +
                  (rotate(last, 17) ^ rotate(last, 19) ^ last >> 10);
  }
  for (int i = 0; i < 64; ++i) schedule[i] += sha256_constants[i];
}

}  // namespace

bool supported() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}

PEGKIT_AVX512 void hash_short(const std::uint32_t* midstate, const std::uint8_t* in, std::size_t length,
                              const std::uint8_t* padding, std::uint8_t* out, std::size_t count) {
  for (std::size_t i = 0; i < count; i += group) {
    Words words[16], state[8];
    load_short(words, in + length * i, length, padding);
    compress(state, midstate, words);
    store(out + 32 * i, state);
  }
}

PEGKIT_AVX512 void hash_64(const std::uint32_t* midstate, const std::uint8_t* in, const std::uint8_t* padding,
                           std::uint8_t* out, std::size_t count) {
  std::uint32_t schedule[64];
  fill_schedule(schedule, padding);
  for (std::size_t i = 0; i < count; i += group) {
    Words words[16], state[8], before[8];
    load(words, in + 64 * i);
    compress(state, midstate, words);
    for (int k = 0; k < 8; ++k) before[k] = state[k];
    rounds(state, schedule);
    for (int k = 0; k < 8; ++k) state[k] = add(state[k], before[k]);
    store(out + 32 * i, state);
  }
}

}  // namespace pegkit::crypto::sha256_avx512

#else

namespace pegkit::crypto::sha256_avx512 {

bool supported() {
  return false;
}
void hash_short(const std::uint32_t*, const std::uint8_t*, std::size_t, const std::uint8_t*, std::uint8_t*,
                std::size_t) {}
void hash_64(const std::uint32_t*, const std::uint8_t*, const std::uint8_t*, std::uint8_t*, std::size_t) {}

}  // namespace pegkit::crypto::sha256_avx512

#endif
