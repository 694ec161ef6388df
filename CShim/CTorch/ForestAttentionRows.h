// Private to the shim: attention of a few query rows, one by one, as decoding needs it.
#pragma once

#include "Vectors.h"

namespace ct {

/// One query row of the heads that share a key head, before a run of keys.
template <typename E> struct AttentionRow {
    /// [group, size] of the query row, and [count, stride] of keys and values, of which the first
    /// `size` of each row are this key head's.
    const E *query, *keys, *values;
    ptrdiff_t group, size, count, stride;
    float scale;
    /// Whether `out` and `lse` hold what earlier keys left.
    bool merges;
};

/// `out` [group, size] and `lse` [group], as the tiles leave them.
void attend_by_row(const AttentionRow<BFloat> &row, float *out, float *lse);
void attend_by_row(const AttentionRow<float> &row, float *out, float *lse);

} // namespace ct
