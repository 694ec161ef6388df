// A view of a row-major matrix, as BLAS takes it: a pointer, a shape and a leading dimension.
#pragma once

#include <cstddef>

namespace ct {

/// Element (i, j) of a [rows x cols] matrix is data[i * ld + j]. The view owns nothing.
template <typename T> struct TileView {
    T *data;
    ptrdiff_t rows, cols, ld;

    T *row(ptrdiff_t i) const { return data + i * ld; }
    operator TileView<const T>() const { return {data, rows, cols, ld}; }
};

} // namespace ct
