// Compiled kernels on disk, so that a later process need not compile them.
#pragma once

#include <string>

namespace ct {

/// A folder of compiled kernels. They run on the user's GPU, so a file is used only where no one
/// else can have written it: the user owns folder and file, others may not write to them, and
/// neither is a link.
class KernelCache {
  public:
    explicit KernelCache(std::string folder) : folder_(std::move(folder)) {}

    /// The user's: in XDG_CACHE_HOME or ~/.cache. Without a folder where neither is known.
    static KernelCache of_user();

    /// What is kept under a key; empty where there is nothing, or nothing that may be used. A file
    /// begins with its key and the hash of the rest, by which a damaged one is known.
    std::string find(const std::string &key) const;

    /// Keeps bytes under a key, whole or not at all. A cache that cannot be written is none.
    void keep(const std::string &key, const std::string &bytes) const;

  private:
    std::string folder_;
};

} // namespace ct
