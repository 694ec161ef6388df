#include "HalfProducts.h"

#include "HalfKernels.h"
#include "Parallel.h"
#include "Scratch.h"
#include "Vectors.h"

#include <algorithm>

using at::Tensor;
using namespace ct;
using namespace ct::half;

namespace {

/// Rows of x that stand packed at one time, at most.
constexpr ptrdiff_t rows_of_a_chunk = 2048;
/// Depth at which a panel of weights stands packed at one time, at most: half a megabyte.
constexpr ptrdiff_t depth_of_a_block = 4096;

/// What a thread's memory is for.
enum class Use { row_panels, row_scales, column_panel, sums };

/// One matrix product: sizes, operands, and the rows of x as packed.
struct Product {
    const BFloat *weight;
    ptrdiff_t depth, columns;
    bool turned;
    const float *bias;
    BFloat *out;

    /// Computes 64 columns of the result from `first` on, for `count` rows from `begin` on, whose
    /// panels and scales are given.
    void compute(ptrdiff_t first, ptrdiff_t begin, ptrdiff_t count, const Half *panels,
                 const float *row_scales) const {
        auto width = std::min(panel_columns, columns - first);
        auto *from = turned ? weight + first : weight + first * depth;
        auto stride = turned ? columns : depth;
        auto scale = scale_of(turned ? largest(from, depth, width, stride)
                                     : largest(from, width, depth, stride));
        auto blocks = (depth + lanes - 1) / lanes;
        auto *sums = scratch<float, Use::sums>(count * panel_columns);
        auto *packed = scratch<Half, Use::column_panel>(std::min(depth_of_a_block, blocks * lanes) *
                                                        panel_columns);
        std::fill(sums, sums + count * panel_columns, 0.0f);
        for (ptrdiff_t start = 0; start < depth; start += depth_of_a_block) {
            auto deep = std::min(depth_of_a_block, depth - start);
            if (turned)
                pack_columns(from + start * stride, deep, width, stride, scale, packed);
            else
                pack_turned_columns(from + start, deep, width, stride, scale, packed);
            for (ptrdiff_t row = 0; row < count; row += panel_rows)
                add_products(panels + row * blocks * lanes + start * panel_rows, packed,
                             sums + row * panel_columns, std::min(panel_rows, count - row),
                             (deep + lanes - 1) / lanes);
        }
        for (ptrdiff_t row = 0; row < count; ++row)
            narrow(sums + row * panel_columns, row_scales[row], scale,
                   bias == nullptr ? nullptr : bias + first,
                   out + (begin + row) * columns + first, width);
    }
};

} // namespace

void ct::half_product(const Tensor &x, const Tensor &weight, bool turned, const float *bias,
                      const Tensor &out) {
    TORCH_CHECK(has_half_instructions(), "this processor has no AVX-512 FP16 instructions");
    auto rows = x.size(0), depth = x.size(1), columns = out.size(1);
    auto *in = elements<BFloat>(x);
    Product product{elements<BFloat>(weight), depth, columns, turned, bias, elements<BFloat>(out)};
    auto chunks = (rows + rows_of_a_chunk - 1) / rows_of_a_chunk;
    auto room = (rows + chunks - 1) / chunks, blocks = (depth + lanes - 1) / lanes;
    auto panel_count = (room + panel_rows - 1) / panel_rows;
    auto *panels = scratch<Half, Use::row_panels>(panel_count * panel_rows * blocks * lanes);
    auto *row_scales = scratch<float, Use::row_scales>(room);
    for (ptrdiff_t chunk = 0; chunk < chunks; ++chunk) {
        auto begin = rows * chunk / chunks, count = rows * (chunk + 1) / chunks - begin;
        for_each_range((count + panel_rows - 1) / panel_rows, 1, [&](ptrdiff_t from, ptrdiff_t to) {
            for (ptrdiff_t row = from * panel_rows; row < std::min(to * panel_rows, count); ++row) {
                auto *line = in + (begin + row) * depth;
                row_scales[row] = scale_of(largest(line, 1, depth, depth));
                pack_row(line, depth, row_scales[row],
                         panels + row / panel_rows * panel_rows * blocks * lanes +
                             row % panel_rows * lanes);
            }
        });
        for_each_item((columns + panel_columns - 1) / panel_columns, [&](ptrdiff_t item) {
            product.compute(item * panel_columns, begin, count, panels, row_scales);
        });
    }
}
