// The loops of low_rank.h on the CPU, and the launch of cuda/kernels/low_rank.cu.
#include "ops/low_rank.h"

#include "cuda/kernel_launch.h"
#include "support/element_types.h"
#include "support/parallel.h"

using namespace ct;
using at::Tensor;

namespace {

/// u[row, j] = Σₖ x[row, k] · M[j, k], eight j at a time. The sum over k is vectorised.
template <typename E>
CT_INLINE void down_rows(const E *x, const Accum<E> *m, Accum<E> *u, ptrdiff_t rows,
                         ptrdiff_t width, ptrdiff_t rank) {
#pragma clang fp reassociate(on)
    using W = Accum<E>;
    for (ptrdiff_t row = 0; row < rows; ++row) {
        const E *in = x + row * width;
        W *out = u + row * rank;
        ptrdiff_t j = 0;
        for (; j + 8 <= rank; j += 8) {
            const W *m0 = m + j * width, *m1 = m0 + width, *m2 = m1 + width, *m3 = m2 + width,
                    *m4 = m3 + width, *m5 = m4 + width, *m6 = m5 + width, *m7 = m6 + width;
            W s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
            for (ptrdiff_t k = 0; k < width; ++k) {
                W v = to_float(in[k]);
                s0 += v * m0[k], s1 += v * m1[k], s2 += v * m2[k], s3 += v * m3[k];
                s4 += v * m4[k], s5 += v * m5[k], s6 += v * m6[k], s7 += v * m7[k];
            }
            out[j] = s0, out[j + 1] = s1, out[j + 2] = s2, out[j + 3] = s3;
            out[j + 4] = s4, out[j + 5] = s5, out[j + 6] = s6, out[j + 7] = s7;
        }
        for (; j < rank; ++j) {
            W sum = 0;
            for (ptrdiff_t k = 0; k < width; ++k) sum += to_float(in[k]) * m[j * width + k];
            out[j] = sum;
        }
    }
}

constexpr ptrdiff_t columns_per_block = 128;

/// y[row, k] += scale · Σⱼ u[row, j] · M[j, k], in the order of j.
template <typename E>
CT_INLINE void up_rows(E *y, const Accum<E> *u, const Accum<E> *m, Accum<E> scale, ptrdiff_t rows,
                       ptrdiff_t width, ptrdiff_t rank) {
    using W = Accum<E>;
    for (ptrdiff_t first = 0; first < width; first += columns_per_block) {
        auto columns = std::min(columns_per_block, width - first);
        for (ptrdiff_t row = 0; row < rows; ++row) {
            W sums[columns_per_block] = {};
            for (ptrdiff_t j = 0; j < rank; ++j) {
                auto factor = u[row * rank + j];
                const W *line = m + j * width + first;
                for (ptrdiff_t k = 0; k < columns; ++k) sums[k] += factor * line[k];
            }
            E *out = y + row * width + first;
            for (ptrdiff_t k = 0; k < columns; ++k)
                out[k] = from_float<E>(to_float(out[k]) + scale * sums[k]);
        }
    }
}

constexpr ptrdiff_t columns_per_item = 32;

/// out[j, k] = Σ over rows of u[row, j] · x[row, k], for `columns` (at most 32) k from `first`, in
/// the order of the rows.
template <typename E>
CT_INLINE void gradient_columns(const E *x, const Accum<E> *u, Accum<E> *out, ptrdiff_t rows,
                                ptrdiff_t width, ptrdiff_t rank, ptrdiff_t first,
                                ptrdiff_t columns) {
    using W = Accum<E>;
    for (ptrdiff_t j = 0; j < rank; j += 8) {
        auto count = std::min<ptrdiff_t>(8, rank - j);
        W sums[8][columns_per_item] = {};
        if (columns == columns_per_item && count == 8) {
            for (ptrdiff_t row = 0; row < rows; ++row) {
                const E *in = x + row * width + first;
                const W *factors = u + row * rank + j;
                for (ptrdiff_t i = 0; i < 8; ++i)
                    for (ptrdiff_t k = 0; k < columns_per_item; ++k)
                        sums[i][k] += factors[i] * to_float(in[k]);
            }
        } else {
            for (ptrdiff_t row = 0; row < rows; ++row)
                for (ptrdiff_t i = 0; i < count; ++i)
                    for (ptrdiff_t k = 0; k < columns; ++k)
                        sums[i][k] += u[row * rank + j + i] * to_float(x[row * width + first + k]);
        }
        for (ptrdiff_t i = 0; i < count; ++i)
            for (ptrdiff_t k = 0; k < columns; ++k) out[(j + i) * width + first + k] = sums[i][k];
    }
}

#define LOW_RANK(E)                                                                                \
    CT_VECTORIZED void down(const E *x, const Accum<E> *m, Accum<E> *u, ptrdiff_t rows,            \
                            ptrdiff_t width, ptrdiff_t rank) {                                     \
        down_rows<E>(x, m, u, rows, width, rank);                                                  \
    }                                                                                              \
    CT_VECTORIZED void up(E *y, const Accum<E> *u, const Accum<E> *m, Accum<E> scale,              \
                          ptrdiff_t rows, ptrdiff_t width, ptrdiff_t rank) {                       \
        up_rows<E>(y, u, m, scale, rows, width, rank);                                             \
    }                                                                                              \
    CT_VECTORIZED void gradient(const E *x, const Accum<E> *u, Accum<E> *out, ptrdiff_t rows,      \
                                ptrdiff_t width, ptrdiff_t rank, ptrdiff_t first,                  \
                                ptrdiff_t columns) {                                               \
        gradient_columns<E>(x, u, out, rows, width, rank, first, columns);                         \
    }
CT_FOR_ELEMENTS(LOW_RANK)
#undef LOW_RANK

constexpr ptrdiff_t rows_per_chunk = 16;

} // namespace

Tensor ct::low_rank_down(const Tensor &x, const Tensor &M) {
    auto rows = x.size(0), width = x.size(1), rank = M.size(0);
    auto out = at::empty({rows, rank}, M.options());
    if (x.is_cuda()) {
        launch(Kernel::low_rank_down, x, {ceil_div(rows, 32), ceil_div(rank, 8)}, 256,
               {x, M, out, rows, width, rank});
        return out;
    }
    with_element(x.scalar_type(), [&](auto tag) {
        using E = typename decltype(tag)::type;
        auto *in = elements<E>(x);
        auto *by = elements<Accum<E>>(M), *to = elements<Accum<E>>(out);
        for_each_range(rows, rows_per_chunk, [&](ptrdiff_t begin, ptrdiff_t end) {
            down(in + begin * width, by, to + begin * rank, end - begin, width, rank);
        });
    });
    return out;
}

void ct::low_rank_up(const Tensor &y, const Tensor &u, const Tensor &M, double scale) {
    auto rows = y.size(0), width = y.size(1), rank = M.size(0);
    if (y.is_cuda()) {
        auto threads = threads_per_row(y, width);
        return launch(Kernel::low_rank_up, y,
                      {ceil_div(rows, 8), ceil_div(width * y.element_size(), 16 * threads)},
                      threads, {y, u, M, rows, width, rank, scale});
    }
    with_element(y.scalar_type(), [&](auto tag) {
        using E = typename decltype(tag)::type;
        auto *to = elements<E>(y);
        auto *factors = elements<Accum<E>>(u), *by = elements<Accum<E>>(M);
        for_each_range(rows, rows_per_chunk, [&](ptrdiff_t begin, ptrdiff_t end) {
            up(to + begin * width, factors + begin * rank, by, static_cast<Accum<E>>(scale),
               end - begin, width, rank);
        });
    });
}

Tensor ct::low_rank_gradient(const Tensor &u, const Tensor &x) {
    auto rows = x.size(0), width = x.size(1), rank = u.size(1);
    if (x.is_cuda()) {
        constexpr int64_t rows_per_part = 64;
        auto threads = threads_per_row(x, width);
        auto parts = at::empty({ceil_div(rows, rows_per_part), rank, width}, u.options());
        launch(Kernel::low_rank_gradient, x,
               {parts.size(0), ceil_div(width * x.element_size(), 16 * threads), ceil_div(rank, 8)},
               threads, {u, x, parts, rows, width, rank, rows_per_part});
        return parts.sum(0);
    }
    auto out = at::empty({rank, width}, u.options());
    with_element(x.scalar_type(), [&](auto tag) {
        using E = typename decltype(tag)::type;
        auto *in = elements<E>(x);
        auto *factors = elements<Accum<E>>(u), *to = elements<Accum<E>>(out);
        for_each_item(ceil_div(width, columns_per_item), [&](ptrdiff_t item) {
            auto first = item * columns_per_item;
            gradient(in, factors, to, rows, width, rank, first,
                     std::min(columns_per_item, width - first));
        });
    });
    return out;
}
