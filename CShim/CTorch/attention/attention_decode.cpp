// Online softmax over runs of 64 keys. A tile of one row would be padded to sixteen, and its keys
// packed for one use; here K and V are read once, in place, for all heads that share them.
#include "attention/attention_decode.h"

#include <algorithm>
#include <limits>

#include "support/scratch.h"

using namespace ct;

namespace {

/// Keys whose scores are in memory at one time.
constexpr ptrdiff_t keys_per_run = 64;

/// A thread's arrays for one row: `q` is Q · scale, `line` a row of K or V in float32.
struct DecodeWorkspace {
    Scratch scratch;
    float *q, *line, *S, *l, *m;

    DecodeWorkspace(ptrdiff_t heads, ptrdiff_t size)
        : q(scratch.take<float>(heads * size)), line(scratch.take<float>(size)),
          S(scratch.take<float>(heads * keys_per_run)), l(scratch.take<float>(heads)),
          m(scratch.take<float>(heads)) {}
};

template <typename T>
CT_INLINE void decode_row(const DecodeRow<T> &row, const DecodeWorkspace &w, float *out,
                          float *lse) {
#pragma clang fp reassociate(on)
    auto heads = row.Q.rows, size = row.Q.cols;
    float *q = w.q, *line = w.line, *S = w.S, *l = w.l, *m = w.m;
    for (ptrdiff_t i = 0; i < heads * size; ++i) q[i] = to_float(row.Q.data[i]) * row.scale;
    for (ptrdiff_t h = 0; h < heads; ++h) {
        m[h] = row.merges ? lse[h] : -std::numeric_limits<float>::infinity();
        l[h] = row.merges ? 1 : 0;
    }
    if (!row.merges) std::fill_n(out, heads * size, 0.0f);
    for (ptrdiff_t first = 0; first < row.K.rows; first += keys_per_run) {
        auto count = std::min(keys_per_run, row.K.rows - first);
        for (ptrdiff_t j = 0; j < count; ++j) {
            const T *key = row.K.row(first + j);
            for (ptrdiff_t d = 0; d < size; ++d) line[d] = to_float(key[d]);
            for (ptrdiff_t h = 0; h < heads; ++h) {
                const float *query = q + h * size;
                float sum = 0;
                for (ptrdiff_t d = 0; d < size; ++d) sum += query[d] * line[d];
                S[h * keys_per_run + j] = sum;
            }
        }
        for (ptrdiff_t h = 0; h < heads; ++h) {
            float *P = S + h * keys_per_run; // in place
            float m_new = m[h];
            for (ptrdiff_t j = 0; j < count; ++j) m_new = P[j] > m_new ? P[j] : m_new;
            float correction = fast_exp(m[h] - m_new), sum = 0;
            for (ptrdiff_t j = 0; j < count; ++j) {
                P[j] = fast_exp(P[j] - m_new);
                sum += P[j];
            }
            float *o = out + h * size;
            for (ptrdiff_t d = 0; d < size; ++d) o[d] *= correction;
            l[h] = l[h] * correction + sum;
            m[h] = m_new;
        }
        for (ptrdiff_t j = 0; j < count; ++j) {
            const T *value = row.V.row(first + j);
            for (ptrdiff_t d = 0; d < size; ++d) line[d] = to_float(value[d]);
            for (ptrdiff_t h = 0; h < heads; ++h) {
                float weight = S[h * keys_per_run + j];
                float *o = out + h * size;
                for (ptrdiff_t d = 0; d < size; ++d) o[d] += weight * line[d];
            }
        }
    }
    for (ptrdiff_t h = 0; h < heads; ++h) {
        float share = 1 / l[h];
        float *o = out + h * size;
        for (ptrdiff_t d = 0; d < size; ++d) o[d] *= share;
        lse[h] = m[h] + std::log(l[h]);
    }
}

CT_VECTORIZED void decode(const DecodeRow<BFloat> &row, const DecodeWorkspace &w, float *out,
                          float *lse) {
    decode_row(row, w, out, lse);
}
CT_VECTORIZED void decode(const DecodeRow<float> &row, const DecodeWorkspace &w, float *out,
                          float *lse) {
    decode_row(row, w, out, lse);
}

} // namespace

void ct::attention_decode(const DecodeRow<BFloat> &row, float *out, float *lse) {
    decode(row, DecodeWorkspace(row.Q.rows, row.Q.cols), out, lse);
}
void ct::attention_decode(const DecodeRow<float> &row, float *out, float *lse) {
    decode(row, DecodeWorkspace(row.Q.rows, row.Q.cols), out, lse);
}
