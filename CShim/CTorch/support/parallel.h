// Parallel loops on libtorch's own OpenMP threads.
#pragma once

#include <cstddef>
#include <functional>

namespace ct {

/// Runs `body(0)` … `body(count - 1)`, each once. Any thread takes any item, so no two items may
/// write the same memory. The first exception of an item is thrown here.
void for_each_item(ptrdiff_t count, const std::function<void(ptrdiff_t)> &body);

/// Runs `body(begin, end)` over chunks of 0 ..< count, of at least `grain` items where there are as
/// many.
void for_each_range(ptrdiff_t count, ptrdiff_t grain,
                    const std::function<void(ptrdiff_t, ptrdiff_t)> &body);

} // namespace ct
