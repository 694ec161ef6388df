// libcublas and libcublasLt without a device: handles, and a launch counted for each product.
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "counts.h"

namespace {

struct Layout {
    uint64_t rows, columns;
};

int product(const char *name, uint64_t rows, uint64_t columns) {
    count("launches", name, rows * columns);
    return 0;
}
int make(void **handle) {
    *handle = calloc(1, 64);
    return 0;
}

} // namespace

extern "C" {

// MARK: cublas

int cublasCreate_v2(void **handle) { return make(handle); }
int cublasGetVersion_v2(void *, int *version) {
    *version = 130100;
    return 0;
}
int cublasGetMathMode(void *, int *mode) {
    *mode = 0;
    return 0;
}
int cublasGetPointerMode_v2(void *, int *mode) {
    *mode = 0;
    return 0;
}
int cublasGetStream_v2(void *, void **stream) {
    *stream = nullptr;
    return 0;
}
#define PRODUCT(NAME)                                                                             \
    int NAME(void *, int, int, int rows, int columns, int, ...) {                                 \
        return product(#NAME, rows, columns);                                                     \
    }
PRODUCT(cublasGemmEx)
PRODUCT(cublasSgemmEx)
PRODUCT(cublasSgemm_v2)
PRODUCT(cublasDgemm_v2)
PRODUCT(cublasGemmStridedBatchedEx)
PRODUCT(cublasSgemmStridedBatched)
PRODUCT(cublasDgemmStridedBatched)
#undef PRODUCT
int cublasSgemv_v2(void *, int, int rows, int columns, ...) {
    return product("cublasSgemv_v2", rows, columns);
}
int cublasSdot_v2(void *, int size, ...) { return product("cublasSdot_v2", size, 1); }
int cublasDotEx(void *, int size, ...) { return product("cublasDotEx", size, 1); }

// MARK: cublasLt

size_t cublasLtGetVersion() { return 130100; }
int cublasLtCreate(void **handle) { return make(handle); }
int cublasLtMatmulDescCreate(void **descriptor, int, int) { return make(descriptor); }
int cublasLtMatmulPreferenceCreate(void **preference) { return make(preference); }
int cublasLtMatrixLayoutCreate(void **out, int, uint64_t rows, uint64_t columns, int64_t) {
    make(out);
    *static_cast<Layout *>(*out) = {rows, columns};
    return 0;
}
/// One algorithm that needs no workspace; a result has 72 bytes.
int cublasLtMatmulAlgoGetHeuristic(void *, void *, void *, void *, void *, void *, void *, int,
                                   void *result, int *found) {
    memset(result, 0, 72);
    *found = 1;
    return 0;
}
int cublasLtMatmul(void *, void *, const void *, const void *, Layout *, const void *, Layout *,
                   const void *, const void *, Layout *c, ...) {
    return product("cublasLtMatmul", c->rows, c->columns);
}

} // extern "C"
