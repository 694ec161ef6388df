// A cache file is a line with its key and the SHA-1 of the rest, then the machine code.
#include "cuda/kernel_cache.h"

#include <c10/util/hash.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "support/guard.h"

using namespace ct;

namespace {

/// An open file or folder, closed in any case.
struct Opened {
    int number;
    explicit Opened(int number) : number(number) {}
    Opened(const Opened &) = delete;
    ~Opened() {
        if (number >= 0) close(number);
    }

    /// Whether the user owns it and no one else may write to it.
    bool is_ours(mode_t kind) const {
        struct stat status{};
        return number >= 0 && fstat(number, &status) == 0 && (status.st_mode & S_IFMT) == kind &&
               status.st_uid == geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
    }

    /// Takes the right to write from everybody else, where it is the user's.
    void make_private() const {
        struct stat status{};
        if (number < 0 || fstat(number, &status) != 0 || status.st_uid != geteuid()) return;
        (void)!fchmod(number, status.st_mode & 0755);
    }
};

Opened open_folder(const std::string &path) {
    return Opened(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

std::string file_name(const std::string &key) { return key + ".cubin"; }

/// The hash is no protection: who can write the bytes can write it too. It finds damage.
std::string head(const std::string &key, const std::string &bytes) {
    return "ft-mmlu kernels " + key + ' ' + c10::sha1(bytes).str() + '\n';
}

/// A hundred times the size of all kernels.
constexpr size_t longest = size_t(1) << 28;

bool read_all(int file, std::string &all) {
    char piece[1 << 16];
    while (true) {
        auto count = read(file, piece, sizeof piece);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return count == 0;
        if (all.size() + count > longest) return false;
        all.append(piece, count);
    }
}

bool write_all(int file, const std::string &all) {
    for (size_t done = 0; done < all.size();) {
        auto count = write(file, all.data() + done, all.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        done += count;
    }
    return true;
}

/// An unpredictable name.
std::string partial_name(const std::string &name) {
    std::random_device source;
    char digits[17];
    snprintf(digits, sizeof digits, "%08x%08x", source(), source());
    return name + ".partial-" + digits;
}

} // namespace

KernelCache KernelCache::of_user() {
    auto *cache = std::getenv("XDG_CACHE_HOME"), *home = std::getenv("HOME");
    std::string folder;
    if (cache != nullptr && *cache == '/') folder = cache;
    else if (home != nullptr && *home == '/') folder = std::string(home) + "/.cache";
    return KernelCache(folder.empty() ? folder : folder + "/ft-mmlu/kernels");
}

std::string KernelCache::find(const std::string &key) const {
    if (folder_.empty()) return {};
    auto folder = open_folder(folder_);
    if (!folder.is_ours(S_IFDIR)) return {};
    // Without waiting: it may be a pipe.
    Opened file(openat(folder.number, file_name(key).c_str(),
                       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    std::string all;
    if (!file.is_ours(S_IFREG) || !read_all(file.number, all)) return {};
    auto end = all.find('\n');
    if (end == std::string::npos) return {};
    auto bytes = all.substr(end + 1);
    return all.compare(0, end + 1, head(key, bytes)) == 0 ? bytes : std::string();
}

void KernelCache::keep(const std::string &key, const std::string &bytes) const {
    if (folder_.empty()) return;
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(folder_).parent_path(), ignored);
    mkdir(folder_.c_str(), 0700);
    auto folder = open_folder(folder_);
    folder.make_private();
    if (!folder.is_ours(S_IFDIR)) return;
    auto name = file_name(key), partial = partial_name(name);
    Opened file(openat(folder.number, partial.c_str(),
                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (file.number < 0) return;
    if (!write_all(file.number, head(key, bytes) + bytes) ||
        renameat(folder.number, partial.c_str(), folder.number, name.c_str()) != 0)
        unlinkat(folder.number, partial.c_str(), 0);
}

ct_status ct_kernel_cache_keep(const char *folder, const char *key, const uint8_t *bytes,
                               ptrdiff_t count) {
    return guarded([&] { KernelCache(folder).keep(key, std::string(bytes, bytes + count)); });
}

ct_status ct_kernel_cache_find(const char *folder, const char *key, uint8_t *bytes,
                               ptrdiff_t capacity, ptrdiff_t *out_count) {
    return guarded([&] {
        auto found = KernelCache(folder).find(key);
        *out_count = static_cast<ptrdiff_t>(found.size());
        std::copy_n(found.begin(), std::min(*out_count, capacity), bytes);
    });
}
