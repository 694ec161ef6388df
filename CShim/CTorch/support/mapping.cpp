// The C functions of ct_mapping.h: a SIGBUS in a mapped file becomes an error message and status 1.
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <mutex>

#include "CTorch.h"

namespace {

/// One mapped file. The handler reads it while others write: `end` is set last and cleared first.
struct Mapping {
    std::atomic<bool> is_taken{false};
    std::atomic<uintptr_t> start{0};
    std::atomic<uintptr_t> end{0};
    char path[4096] = {};
};

constexpr int mapping_count = 512;
Mapping mappings[mapping_count];
struct sigaction former;

void say(const char *text) {
    size_t rest = std::strlen(text);
    while (rest > 0) {
        ssize_t written = write(STDERR_FILENO, text, rest);
        if (written <= 0) return;
        text += written;
        rest -= static_cast<size_t>(written);
    }
}

/// Calls nothing but what signal-safety(7) lists.
void handle(int signal, siginfo_t *info, void *context) {
    const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
    for (const Mapping &mapping : mappings) {
        const uintptr_t end = mapping.end.load(std::memory_order_acquire);
        if (address < mapping.start.load(std::memory_order_relaxed) || address >= end) continue;
        say("Error: ");
        say(mapping.path);
        say(": cannot be read any more; it was cut short, or its disk fails: copy or download the "
            "file again\n");
        _exit(1);
    }
    if (former.sa_flags & SA_SIGINFO) {
        former.sa_sigaction(signal, info, context);
    } else if (former.sa_handler != SIG_DFL && former.sa_handler != SIG_IGN) {
        former.sa_handler(signal);
    } else {
        // The access is tried again, and ends the program as it would have.
        ::signal(signal, SIG_DFL);
    }
}

void install() {
    static std::once_flag once;
    std::call_once(once, [] {
        struct sigaction action = {};
        action.sa_sigaction = handle;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigaction(SIGBUS, &action, &former);
    });
}

} // namespace

int32_t ct_mapping_watch(const void *start, ptrdiff_t length, const char *path) {
    install();
    for (int32_t index = 0; index < mapping_count; ++index) {
        Mapping &mapping = mappings[index];
        if (mapping.is_taken.exchange(true)) continue;
        std::strncpy(mapping.path, path, sizeof mapping.path - 1);
        const auto address = reinterpret_cast<uintptr_t>(start);
        mapping.start.store(address, std::memory_order_relaxed);
        mapping.end.store(address + static_cast<uintptr_t>(length), std::memory_order_release);
        return index;
    }
    return -1;
}

void ct_mapping_forget(int32_t index) {
    if (index < 0) return;
    mappings[index].end.store(0, std::memory_order_release);
    mappings[index].is_taken.store(false);
}
