// What the stand-in counts: a line of the log for each call, and totals at exit.
#pragma once
#include <cstddef>
#include <cstdlib>

/// One call of the program or of libtorch. `name` is a kernel's or a function's; `size` is bytes for
/// copies and allocations, blocks for launches. Defined in libcudart, found by the others at run time.
extern "C" void stand_in_count(const char *kind, const char *name, size_t size);

/// The same for the libraries that libcudart is not linked to.
__attribute__((visibility("hidden"))) void count(const char *kind, const char *name,
                                                    size_t size = 0);

/// A number in the environment.
inline size_t number(const char *variable, size_t otherwise) {
    auto *text = getenv(variable);
    return text != nullptr ? strtoull(text, nullptr, 10) : otherwise;
}
