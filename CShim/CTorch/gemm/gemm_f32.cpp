// Blocking of gemm_f32: up to 1024 rows of A are converted to float32; a work item converts a panel
// of W and calls libtorch's float32 product, single-threaded. The order of sums depends on K and N
// alone.
#include "gemm/gemm_f32.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "support/element_types.h"
#include "support/parallel.h"
#include "support/scratch.h"

using at::Tensor;
using namespace ct;

namespace {

/// Rows of A that are float32 at one time, at most.
constexpr ptrdiff_t rows_per_chunk = 1024;
/// The library sums a product of fewer rows in another order.
constexpr ptrdiff_t least_rows = 16;

/// Columns of C that a work item computes. It does not depend on the number of threads; there are
/// two items at least, so that the library splits no product among threads.
ptrdiff_t columns_per_item(ptrdiff_t columns) {
    return columns >= 1024 ? 256 : columns >= 256 ? 128 : std::max<ptrdiff_t>(1, columns / 2);
}

CT_VECTORIZED void to_floats(const BFloat *from, float *to, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; ++i) to[i] = to_float(from[i]);
}

CT_VECTORIZED void add_bias(const float *from, const float *bias, BFloat *to, ptrdiff_t count) {
    if (bias == nullptr)
        for (ptrdiff_t i = 0; i < count; ++i) to[i] = from_float<BFloat>(from[i]);
    else
        for (ptrdiff_t i = 0; i < count; ++i) to[i] = from_float<BFloat>(from[i] + bias[i]);
}

} // namespace

void ct::gemm_f32(const Tensor &A, const Tensor &W, bool transposed, const float *bias,
                  const Tensor &C) {
    auto rows = A.size(0), depth = A.size(1), columns = C.size(1);
    auto *in = elements<BFloat>(A), *weight = elements<BFloat>(W), *out = elements<BFloat>(C);
    auto chunks = ceil_div(rows, rows_per_chunk);
    auto most_rows = std::max(ceil_div(rows, chunks), least_rows);
    auto options = A.options().dtype(at::kFloat);
    auto A_floats = rows < least_rows ? at::zeros({most_rows, depth}, options)
                                      : at::empty({most_rows, depth}, options);
    auto columns_of_item = columns_per_item(columns);
    for (ptrdiff_t chunk = 0; chunk < chunks; ++chunk) {
        auto begin = rows * chunk / chunks, end = rows * (chunk + 1) / chunks;
        auto count = std::max(end - begin, least_rows);
        for_each_range(end - begin, 16, [&](ptrdiff_t first, ptrdiff_t last) {
            to_floats(in + (begin + first) * depth, elements<float>(A_floats) + first * depth,
                      (last - first) * depth);
        });
        auto left = A_floats.narrow(0, 0, count);
        for_each_item(ceil_div(columns, columns_of_item), [&](ptrdiff_t item) {
            at::NoGradGuard no_grad;
            auto first = item * columns_of_item, width = std::min(columns_of_item, columns - first);
            Scratch scratch;
            auto *panel = scratch.take<float>(depth * width);
            auto *sums = scratch.take<float>(count * width);
            if (transposed)
                for (ptrdiff_t k = 0; k < depth; ++k)
                    to_floats(weight + k * columns + first, panel + k * width, width);
            else to_floats(weight + first * depth, panel, width * depth);
            auto right = transposed ? at::from_blob(panel, {depth, width}, left.options())
                                    : at::from_blob(panel, {width, depth}, left.options()).t();
            auto result = at::from_blob(sums, {count, width}, left.options());
            at::mm_out(result, left, right);
            for (ptrdiff_t row = begin; row < end; ++row)
                add_bias(sums + (row - begin) * width, bias == nullptr ? nullptr : bias + first,
                         out + row * columns + first, width);
        });
    }
}
