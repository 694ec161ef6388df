// Memory that a thread computes with, kept from call to call.
// Fresh memory would have to be cleared by the system each time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ct {

/// Arrays on the stack of the calling thread; all are given back when the object ends.
///
/// Objects of one thread nest. Elements hold whatever the last use left there.
class Scratch {
  public:
    Scratch() : block_(stack().block), used_(stack().used) {}
    Scratch(const Scratch &) = delete;
    ~Scratch() {
        auto &s = stack();
        s.block = block_, s.used = used_;
        if (block_ != 0 || used_ != 0 || s.blocks.size() < 2) return;
        // One block of the whole size: next time no array starts a new one.
        size_t total = 0;
        for (auto &block : s.blocks) total += block.size;
        s.blocks.clear();
        s.add(total);
    }

    /// `count` elements on a boundary of a cache line.
    template <typename T> T *take(ptrdiff_t count) {
        return static_cast<T *>(stack().take(static_cast<size_t>(count) * sizeof(T)));
    }

  private:
    static constexpr size_t line = 64;

    struct Block {
        std::unique_ptr<std::byte[]> bytes;
        size_t size;
    };
    struct Stack {
        std::vector<Block> blocks;
        size_t block = 0, used = 0;

        void add(size_t size) {
            blocks.push_back({std::unique_ptr<std::byte[]>(new std::byte[size]), size});
        }
        void *take(size_t bytes) {
            // A line between arrays: those of 2ⁿ bytes would else share the cache's sets.
            auto needed = bytes + 2 * line;
            while (block < blocks.size() && used + needed > blocks[block].size) ++block, used = 0;
            if (block == blocks.size()) add(needed);
            auto address = reinterpret_cast<uintptr_t>(blocks[block].bytes.get() + used);
            used += needed;
            return reinterpret_cast<void *>((address + line - 1) / line * line);
        }
    };
    static Stack &stack() {
        thread_local Stack stack;
        return stack;
    }

    size_t block_, used_;
};

} // namespace ct
