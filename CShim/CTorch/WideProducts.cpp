#include "WideProducts.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "Parallel.h"
#include "Scratch.h"
#include "Vectors.h"

using at::Tensor;
using namespace ct;

namespace {

/// Rows of x that stand in float32 at one time, at most.
constexpr ptrdiff_t rows_of_a_chunk = 1024;
/// A product of fewer rows is summed in another order.
constexpr ptrdiff_t least_rows = 16;

/// Columns of the result that one piece of work computes. It does not depend on the number of
/// threads; two pieces at least, so that no product is split among threads by the library.
ptrdiff_t columns_of_a_piece(ptrdiff_t columns) {
    return columns >= 1024 ? 256 : columns >= 256 ? 128 : std::max<ptrdiff_t>(1, columns / 2);
}

CT_VECTORIZED void widen(const BFloat *from, float *to, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; ++i) to[i] = widened(from[i]);
}

CT_VECTORIZED void narrow(const float *from, const float *bias, BFloat *to, ptrdiff_t count) {
    if (bias == nullptr)
        for (ptrdiff_t i = 0; i < count; ++i) to[i] = narrowed<BFloat>(from[i]);
    else
        for (ptrdiff_t i = 0; i < count; ++i) to[i] = narrowed<BFloat>(from[i] + bias[i]);
}

/// What a thread's memory is for.
enum class Use { part, sums };

} // namespace

void ct::wide_product(const Tensor &x, const Tensor &weight, bool turned, const float *bias,
                      const Tensor &out) {
    auto rows = x.size(0), depth = x.size(1), columns = out.size(1);
    auto *in = elements<BFloat>(x), *matrix = elements<BFloat>(weight), *to = elements<BFloat>(out);
    auto chunks = (rows + rows_of_a_chunk - 1) / rows_of_a_chunk;
    auto size = (rows + chunks - 1) / chunks, room = std::max(size, least_rows);
    auto wide = rows < least_rows ? at::zeros({room, depth}, x.options().dtype(at::kFloat))
                                  : at::empty({room, depth}, x.options().dtype(at::kFloat));
    auto piece = columns_of_a_piece(columns);
    for (ptrdiff_t chunk = 0; chunk < chunks; ++chunk) {
        auto begin = rows * chunk / chunks, end = rows * (chunk + 1) / chunks;
        auto count = std::max(end - begin, least_rows);
        for_each_range(end - begin, 16, [&](ptrdiff_t first, ptrdiff_t last) {
            widen(in + (begin + first) * depth, elements<float>(wide) + first * depth,
                  (last - first) * depth);
        });
        auto left = wide.narrow(0, 0, count);
        for_each_item((columns + piece - 1) / piece, [&](ptrdiff_t item) {
            at::NoGradGuard no_grad;
            auto first = item * piece, width = std::min(piece, columns - first);
            auto *part = scratch<float, Use::part>(depth * width),
                 *sums = scratch<float, Use::sums>(count * width);
            if (turned)
                for (ptrdiff_t i = 0; i < depth; ++i)
                    widen(matrix + i * columns + first, part + i * width, width);
            else
                widen(matrix + first * depth, part, width * depth);
            auto right = turned ? at::from_blob(part, {depth, width}, left.options())
                                : at::from_blob(part, {width, depth}, left.options()).t();
            auto result = at::from_blob(sums, {count, width}, left.options());
            at::mm_out(result, left, right);
            for (ptrdiff_t row = begin; row < end; ++row)
                narrow(sums + (row - begin) * width, bias == nullptr ? nullptr : bias + first,
                       to + row * columns + first, width);
        });
    }
}
