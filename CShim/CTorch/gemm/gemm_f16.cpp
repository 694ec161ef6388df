// Blocking of gemm_f16 (as in Goto and van de Geijn, "Anatomy of High-Performance Matrix
// Multiplication"): up to 2048 rows of A are packed; a work item packs 64 columns of W, 4096 of K
// at a time, and computes [rows x 64] of C with the kernels of gemm_f16_kernels.h.
#include "gemm/gemm_f16.h"

#if CT_HAS_F16_KERNELS
#include <algorithm>

#include "gemm/gemm_f16_kernels.h"
#include "support/parallel.h"
#include "support/scratch.h"

using at::Tensor;
using namespace ct;
using namespace ct::f16;

namespace {

/// Rows of A that are packed at one time, at most.
constexpr ptrdiff_t rows_per_chunk = 2048;
/// Depth at which a panel of W is packed at one time, at most: half a megabyte.
constexpr ptrdiff_t depth_per_block = 4096;

/// One product, and the rows of A that are packed.
struct Product {
    TileView<const BFloat> W;
    bool transposed;
    const float *bias;
    TileView<BFloat> C;
    ptrdiff_t depth;
    /// The rows of A from `begin` on: as they are, in panels, their scales and their outliers.
    const BFloat *lines;
    const Half *A;
    const float *row_scales;
    const Outliers *outliers;
    ptrdiff_t begin, rows;

    /// Computes up to 64 columns of C from `first` on.
    void compute(ptrdiff_t first) const {
        auto width = std::min(panel_columns, C.cols - first);
        auto panel = transposed ? TileView<const BFloat>{W.data + first, depth, width, W.ld}
                                : TileView<const BFloat>{W.row(first), width, depth, W.ld};
        auto scale = power_of_two_scale(max_magnitude(panel));
        auto padded_depth = ceil_div(depth, lanes) * lanes;
        Scratch scratch;
        auto *sums = scratch.take<float>(rows * panel_columns);
        auto *packed = scratch.take<Half>(std::min(depth_per_block, padded_depth) * panel_columns);
        std::fill(sums, sums + rows * panel_columns, 0.0f);
        for (ptrdiff_t k = 0; k < depth; k += depth_per_block) {
            auto deep = std::min(depth_per_block, depth - k);
            if (transposed) pack_columns({panel.row(k), deep, width, W.ld}, scale, packed);
            else pack_transposed_columns({panel.data + k, width, deep, W.ld}, scale, packed);
            for (ptrdiff_t row = 0; row < rows; row += panel_rows)
                gemm_panel(A + row * padded_depth + k * panel_rows, packed,
                           {sums + row * panel_columns, std::min(panel_rows, rows - row),
                            panel_columns, panel_columns},
                           ceil_div(deep, lanes));
        }
        for (ptrdiff_t row = 0; row < rows; ++row) {
            auto *added = bias == nullptr ? nullptr : bias + first;
            float with_outliers[panel_columns];
            if (outliers[row].count > 0) {
                add_outliers(row, added, first, width, with_outliers);
                added = with_outliers;
            }
            unscale(sums + row * panel_columns, row_scales[row], scale, added,
                    C.row(begin + row) + first, width);
        }
    }

    /// to = bias + the products of a row's outliers, in float32.
    void add_outliers(ptrdiff_t row, const float *bias, ptrdiff_t first, ptrdiff_t width,
                      float *to) const {
        for (ptrdiff_t i = 0; i < width; ++i) to[i] = bias == nullptr ? 0 : bias[i];
        for (ptrdiff_t j = 0; j < outliers[row].count; ++j) {
            auto k = outliers[row].at[j];
            auto value = to_float(lines[row * depth + k]);
            for (ptrdiff_t i = 0; i < width; ++i)
                to[i] += value * to_float(transposed ? W.row(k)[first + i] : W.row(first + i)[k]);
        }
    }
};

} // namespace

void ct::gemm_f16(const Tensor &A, const Tensor &W, bool transposed, const float *bias,
                  const Tensor &C) {
    auto rows = A.size(0), depth = A.size(1), columns = C.size(1);
    auto *in = elements<BFloat>(A);
    auto chunks = ceil_div(rows, rows_per_chunk), padded_depth = ceil_div(depth, lanes) * lanes;
    auto most_rows = ceil_div(rows, chunks);
    Scratch scratch;
    auto *panels = scratch.take<Half>(ceil_div(most_rows, panel_rows) * panel_rows * padded_depth);
    auto *row_scales = scratch.take<float>(most_rows);
    auto *outliers = scratch.take<Outliers>(most_rows);
    for (ptrdiff_t chunk = 0; chunk < chunks; ++chunk) {
        auto begin = rows * chunk / chunks, count = rows * (chunk + 1) / chunks - begin;
        for_each_range(ceil_div(count, panel_rows), 1, [&](ptrdiff_t from, ptrdiff_t to) {
            for (ptrdiff_t row = from * panel_rows; row < std::min(to * panel_rows, count); ++row) {
                auto *line = in + (begin + row) * depth;
                auto *panel = panels + row / panel_rows * panel_rows * padded_depth +
                              row % panel_rows * lanes;
                outliers[row] = find_outliers(line, depth);
                row_scales[row] = power_of_two_scale(outliers[row].rest);
                pack_row(line, depth, row_scales[row], panel);
                for (ptrdiff_t i = 0; i < outliers[row].count; ++i) {
                    auto k = outliers[row].at[i];
                    panel[k / lanes * panel_rows * lanes + k % lanes] = Half{};
                }
            }
        });
        Product product{{elements<BFloat>(W), W.size(0), W.size(1), W.size(1)},
                        transposed,
                        bias,
                        {elements<BFloat>(C), rows, columns, columns},
                        depth,
                        in + begin * depth,
                        panels,
                        row_scales,
                        outliers,
                        begin,
                        count};
        for_each_item(ceil_div(columns, panel_columns),
                      [&](ptrdiff_t item) { product.compute(item * panel_columns); });
    }
}
#endif
