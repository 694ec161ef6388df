// Private to the shim: loops over several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace ct {

/// Runs `body(0)` … `body(count - 1)`, each once, on libtorch's own threads; which thread takes
/// which is not settled, so no two may write the same memory. An exception of one is thrown here.
void for_each_item(ptrdiff_t count, const std::function<void(ptrdiff_t)> &body);

/// Runs `body(begin, end)` over pieces of 0 ..< count, no smaller than `grain` but for the last.
void for_each_range(ptrdiff_t count, ptrdiff_t grain,
                    const std::function<void(ptrdiff_t, ptrdiff_t)> &body);

} // namespace ct
