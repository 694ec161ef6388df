// Linked into the libraries beside libcudart: finds the one counter at run time.
#include <dlfcn.h>

#include "counts.h"

void count(const char *kind, const char *name, size_t size) {
    static auto *shared =
        reinterpret_cast<decltype(&stand_in_count)>(dlsym(RTLD_DEFAULT, "stand_in_count"));
    if (shared != nullptr) shared(kind, name, size);
}
