// NVRTC is loaded when it is first needed: one binary serves machines with and without it. It
// compiles from memory alone; the sources are embedded in the program.
#include "cuda/kernel_compiler.h"

#include <c10/util/Exception.h>
#include <c10/util/hash.h>
#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <sstream>

using namespace ct;

namespace {

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions" // #embed, in clang since 19
constexpr char elements[] = {
#embed "kernels/elements.cuh" suffix(, 0)
};
constexpr char norm[] = {
#embed "kernels/norm.cu" suffix(, 0)
};
constexpr char elementwise[] = {
#embed "kernels/elementwise.cu" suffix(, 0)
};
constexpr char cross_entropy[] = {
#embed "kernels/cross_entropy.cu" suffix(, 0)
};
constexpr char low_rank[] = {
#embed "kernels/low_rank.cu" suffix(, 0)
};
constexpr char attention_merge[] = {
#embed "kernels/attention_merge.cu" suffix(, 0)
};
#pragma clang diagnostic pop

constexpr std::array sources{elements,        norm, elementwise, cross_entropy, low_rank,
                             attention_merge};
constexpr std::array names{"elements.cuh",     "norm.cu",     "elementwise.cu",
                           "cross_entropy.cu", "low_rank.cu", "attention_merge.cu"};
static_assert(sources.size() == names.size());

/// The functions of nvrtc.h that are used; a program is a pointer, 0 is success.
struct NVRTC {
    int (*version)(int *, int *);
    int (*create)(void **, const char *, const char *, int, const char *const *,
                  const char *const *);
    int (*compile)(void *, int, const char *const *);
    int (*log_size)(void *, size_t *);
    int (*log)(void *, char *);
    int (*cubin_size)(void *, size_t *);
    int (*cubin)(void *, char *);
    int (*destroy)(void **);
    const char *(*error_string)(int);
    std::string unavailable_reason;

    NVRTC() {
        auto *library = open();
        if (library == nullptr) return;
        auto find = [&](auto &function, const char *name) {
            function =
                reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
            if (function == nullptr)
                unavailable_reason = std::string("libnvrtc.so.13 has no ") + name;
        };
        find(version, "nvrtcVersion");
        find(create, "nvrtcCreateProgram");
        find(compile, "nvrtcCompileProgram");
        find(log_size, "nvrtcGetProgramLogSize");
        find(log, "nvrtcGetProgramLog");
        find(cubin_size, "nvrtcGetCUBINSize");
        find(cubin, "nvrtcGetCUBIN");
        find(destroy, "nvrtcDestroyProgram");
        find(error_string, "nvrtcGetErrorString");
    }

    /// From the wheel beside libtorch; else from the loader's search path.
    void *open() {
        std::string folder;
        link_map *libtorch = nullptr;
        auto *c10 = dlopen("libc10.so", RTLD_NOW | RTLD_NOLOAD);
        if (c10 != nullptr && dlinfo(c10, RTLD_DI_LINKMAP, &libtorch) == 0)
            folder = std::filesystem::path(libtorch->l_name).parent_path().string() +
                     "/../../nvidia/cu13/lib/";
        // NVRTC looks for this one by its bare name, which finds it once it is loaded.
        dlopen((folder + "libnvrtc-builtins.so.13.0").c_str(), RTLD_NOW | RTLD_GLOBAL);
        if (auto *library = dlopen((folder + "libnvrtc.so.13").c_str(), RTLD_NOW)) return library;
        if (auto *library = dlopen("libnvrtc.so.13", RTLD_NOW)) return library;
        unavailable_reason =
            "libnvrtc.so.13 was not found, neither in nvidia/cu13/lib beside libtorch nor by "
            "the loader (it is the wheel nvidia-cuda-nvrtc)";
        return nullptr;
    }
};

const NVRTC &nvrtc() {
    static const NVRTC loaded;
    return loaded;
}

/// A program that is destroyed in any case.
struct Program {
    void *handle = nullptr;
    ~Program() {
        if (handle != nullptr) nvrtc().destroy(&handle);
    }
    void check(int result, const char *what) const {
        if (result == 0) return;
        std::string log;
        size_t size = 0;
        if (handle != nullptr && nvrtc().log_size(handle, &size) == 0 && size > 1) {
            log.resize(size);
            nvrtc().log(handle, log.data());
            log.pop_back();                                  // the final zero
            std::replace(log.begin(), log.end(), '\n', ' '); // a message is one line
        }
        TORCH_CHECK(false, "our CUDA kernels: ", what, " says ", nvrtc().error_string(result),
                    log.empty() ? "" : ": ", log);
    }
};

/// One program that includes every .cu.
std::string program() {
    std::string text;
    for (size_t i = 1; i < names.size(); ++i)
        text += std::string("#include \"") + names[i] + "\"\n";
    return text;
}

/// A hash of all that the machine code depends on.
std::string key(int capability) {
    int major = 0, minor = 0;
    nvrtc().version(&major, &minor);
    std::ostringstream all;
    all << "sm_" << capability << " NVRTC " << major << '.' << minor << '\n';
    for (auto *source : sources) all << source << '\0';
    return c10::sha1(all.str()).str();
}

} // namespace

const std::string &ct::compiler_unavailable_reason() { return nvrtc().unavailable_reason; }

std::string ct::compiled_kernels(int capability) {
    TORCH_CHECK(compiler_unavailable_reason().empty(), compiler_unavailable_reason());
    auto text = program();
    Program made;
    made.check(nvrtc().create(&made.handle, text.c_str(), "kernels.cu",
                              static_cast<int>(sources.size()), sources.data(), names.data()),
               "nvrtcCreateProgram");
    auto architecture = "--gpu-architecture=sm_" + std::to_string(capability);
    const char *options[] = {architecture.c_str(), "--std=c++17"};
    made.check(nvrtc().compile(made.handle, 2, options), "nvrtcCompileProgram");
    size_t size = 0;
    made.check(nvrtc().cubin_size(made.handle, &size), "nvrtcGetCUBINSize");
    std::string cubin(size, '\0');
    made.check(nvrtc().cubin(made.handle, cubin.data()), "nvrtcGetCUBIN");
    for (auto *kernel : kernel_names)
        for (auto *type : kernel_types) {
            auto section = std::string(".text.") + kernel + "_" + type + '\0';
            TORCH_CHECK(cubin.find(section) != std::string::npos, "our CUDA kernels: there is no ",
                        kernel, "_", type, " in what was compiled for sm_", capability);
        }
    return cubin;
}

std::string ct::cached_kernels(int capability, bool recompile, const KernelCache &cache) {
    TORCH_CHECK(compiler_unavailable_reason().empty(), compiler_unavailable_reason());
    auto name = key(capability);
    auto cubin = recompile ? std::string() : cache.find(name);
    if (!cubin.empty()) return cubin;
    cubin = compiled_kernels(capability);
    cache.keep(name, cubin);
    return cubin;
}
