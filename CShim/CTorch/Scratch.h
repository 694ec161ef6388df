// Private to the shim: memory that a thread computes with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ct {

/// Room for `count` values on a cache line's boundary, of the thread and the use alone, with
/// whatever the last use left there. It is kept: fresh memory would have to be cleared by the
/// system each time.
template <typename T, auto use>
T *scratch(ptrdiff_t count) {
    constexpr uintptr_t line = 64;
    thread_local std::vector<T> buffer;
    auto needed = static_cast<size_t>(count) + line / sizeof(T);
    if (buffer.size() < needed) {
        buffer.clear();
        buffer.resize(needed);
    }
    auto address = reinterpret_cast<uintptr_t>(buffer.data());
    return reinterpret_cast<T *>((address + line - 1) / line * line);
}

} // namespace ct
