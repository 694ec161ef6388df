// A team of libgomp threads, as libtorch uses it: items are handed out by an atomic counter.
#include "support/parallel.h"

#include <ATen/Parallel.h>
#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

namespace {

/// The entry point of the OpenMP runtime that libtorch has loaded (libgomp's ABI). Threads of
/// another runtime would compete with libtorch's for the cores.
using GompParallel = void (*)(void (*)(void *), void *, unsigned, unsigned);

GompParallel runtime() {
    static auto found = reinterpret_cast<GompParallel>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
    return found;
}

struct Work {
    ptrdiff_t count;
    const std::function<void(ptrdiff_t)> &body;
    std::atomic<ptrdiff_t> next{0};
    std::exception_ptr failure{};
    std::mutex lock{};

    static void run(void *opaque) {
        auto &work = *static_cast<Work *>(opaque);
        try {
            for (ptrdiff_t item; (item = work.next++) < work.count;) work.body(item);
        } catch (...) {
            std::lock_guard<std::mutex> guard(work.lock);
            if (!work.failure) work.failure = std::current_exception();
            work.next = work.count;
        }
    }
};

} // namespace

void ct::for_each_item(ptrdiff_t count, const std::function<void(ptrdiff_t)> &body) {
    auto threads = std::min<ptrdiff_t>(at::get_num_threads(), count);
    Work work{count, body};
    if (threads > 1 && runtime() != nullptr && !at::in_parallel_region())
        runtime()(&Work::run, &work, static_cast<unsigned>(threads), 0);
    else Work::run(&work);
    if (work.failure) std::rethrow_exception(work.failure);
}

void ct::for_each_range(ptrdiff_t count, ptrdiff_t grain,
                        const std::function<void(ptrdiff_t, ptrdiff_t)> &body) {
    // Four chunks a thread: one that is held up does not hold up the others.
    auto chunks = std::max<ptrdiff_t>(
        1, std::min(count / std::max<ptrdiff_t>(grain, 1), ptrdiff_t(4) * at::get_num_threads()));
    for_each_item(chunks, [&](ptrdiff_t chunk) {
        body(count * chunk / chunks, count * (chunk + 1) / chunks);
    });
}
