// The loops of tile_softmax.h. A row's sums run over 16 or fewer partial sums, as the vectors are
// long: the order depends on the processor and the number of keys alone.
#include "attention/tile_softmax.h"

using namespace ct;

namespace {

/// The largest of at least one number. Sixteen running maxima: the compiler keeps the order of
/// comparisons, as one of a NaN depends on it.
CT_INLINE float max_of(const float *s, ptrdiff_t count) {
    constexpr ptrdiff_t step = 16;
    float largest[step];
    std::fill_n(largest, step, s[0]);
    ptrdiff_t j = 0;
    for (; j + step <= count; j += step)
        for (ptrdiff_t i = 0; i < step; ++i)
            largest[i] = s[j + i] > largest[i] ? s[j + i] : largest[i];
    float m = largest[0];
    for (ptrdiff_t i = 1; i < step; ++i) m = largest[i] > m ? largest[i] : m;
    for (; j < count; ++j) m = s[j] > m ? s[j] : m;
    return m;
}

template <typename E>
CT_INLINE void online_softmax_rows(TileView<const float> S, TileMask mask, float scale,
                                   TileView<E> P, SoftmaxState state) {
// S · scale is rounded as m was: with a fused multiply-add a huge score would miss itself.
#pragma clang fp reassociate(on) contract(off)
    float *m = state.m, *l = state.l;
    auto size = state.O_acc.cols;
    for (ptrdiff_t i = 0; i < S.rows; ++i) {
        const float *s = S.row(i);
        E *p = P.row(i);
        auto count = mask.visible_keys(i);
        if (count > 0) {
            float m_new = max_of(s, count);
            m_new = std::max(m_new * scale, m[i]);
            float correction = fast_exp(m[i] - m_new), sum = 0;
            for (ptrdiff_t j = 0; j < count; ++j) {
                float weight = fast_exp(s[j] * scale - m_new);
                p[j] = from_float<E>(weight);
                sum += weight;
            }
            if (correction != 1)
                for (ptrdiff_t d = 0; d < size; ++d) state.O_acc.row(i)[d] *= correction;
            l[i] = l[i] * correction + sum;
            m[i] = m_new;
        }
        for (ptrdiff_t j = count; j < S.cols; ++j) p[j] = from_float<E>(0.0f);
    }
}

template <typename E>
CT_INLINE void softmax_backward_rows(TileView<const float> S, TileView<const float> dP,
                                     TileMask mask, float scale, float gain, RowStatistics rows,
                                     TileView<E> P, TileView<E> dS) {
#pragma clang fp contract(off)
    const float *lse = rows.lse, *D = rows.D;
    for (ptrdiff_t j = 0; j < S.rows; ++j) {
        const float *s = S.row(j), *dp = dP.row(j);
        E *p = P.row(j), *ds = dS.row(j);
        auto start = mask.first_query(j, S.cols);
        for (ptrdiff_t i = 0; i < start; ++i) p[i] = ds[i] = from_float<E>(0.0f);
        for (ptrdiff_t i = start; i < S.cols; ++i) {
            float weight = fast_exp(s[i] * scale - lse[i]);
            p[i] = from_float<E>(weight);
            ds[i] = from_float<E>(weight * (dp[i] - D[i]) * gain);
        }
    }
}

} // namespace

#define SOFTMAX(E)                                                                                 \
    CT_VECTORIZED void ct::online_softmax(TileView<const float> S, TileMask mask, float scale,     \
                                          TileView<E> P, SoftmaxState state) {                     \
        online_softmax_rows(S, mask, scale, P, state);                                             \
    }                                                                                              \
    CT_VECTORIZED void ct::softmax_backward(TileView<const float> S, TileView<const float> dP,     \
                                            TileMask mask, float scale, float gain,                \
                                            RowStatistics rows, TileView<E> P, TileView<E> dS) {   \
        softmax_backward_rows(S, dP, mask, scale, gain, rows, P, dS);                              \
    }
SOFTMAX(float)
SOFTMAX(BFloat)
SOFTMAX(Half)
#undef SOFTMAX
