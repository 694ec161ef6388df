#ifndef CSENTENCEPIECE_H
#define CSENTENCEPIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Rules of this header.
///
///   Ownership  An `out` parameter receives a reference the caller must free, and only on success.
///              Every other handle is borrowed for the call and never kept.
///   Errors     A fallible function returns a status. When it is not OK, `csp_last_error()` has the
///              words, on this thread, until the next failure on this thread.
///   Text       Text is UTF-8 given by its first byte and its length in bytes, without a final
///              zero. It may contain zeros, and be empty.
///   Threads    A processor never changes once loaded.

#ifdef __cplusplus
extern "C" {
#endif

#define CSP_CHECKED __attribute__((warn_unused_result))

typedef enum csp_status { CSP_OK = 0, CSP_FAILED = 1 } csp_status;

/// What a piece of the vocabulary stands for.
typedef enum csp_piece_kind {
    /// Text: the piece itself, with U+2581 for each space.
    CSP_PIECE_TEXT = 0,
    /// One byte, for text that no other piece covers.
    CSP_PIECE_BYTE = 1,
    /// The start, the end, padding and the like: never made from text.
    CSP_PIECE_CONTROL = 2,
    /// What stands for text that cannot be encoded.
    CSP_PIECE_UNKNOWN = 3,
} csp_piece_kind;

/// A loaded model.
typedef struct csp_processor { void *_Nullable impl; } csp_processor;
/// A run of token ids.
typedef struct csp_ids { void *_Nullable impl; } csp_ids;
/// A run of bytes.
typedef struct csp_bytes { void *_Nullable impl; } csp_bytes;

/// The words of the last failure on this thread.
const char *_Nonnull csp_last_error(void);

void csp_ids_free(csp_ids ids);
ptrdiff_t csp_ids_count(csp_ids ids);
/// The first of `csp_ids_count` ids; valid until `ids` is freed.
const int32_t *_Nullable csp_ids_values(csp_ids ids);

void csp_bytes_free(csp_bytes bytes);
ptrdiff_t csp_bytes_count(csp_bytes bytes);
/// The first of `csp_bytes_count` bytes; valid until `bytes` is freed.
const uint8_t *_Nullable csp_bytes_values(csp_bytes bytes);

// A model: csp_processor.cpp -----------------------------------------------------------------

/// Loads a model from the bytes of its file.
CSP_CHECKED csp_status csp_processor_load(const uint8_t *_Nullable model, ptrdiff_t count,
                                          csp_processor *_Nonnull out);
void csp_processor_free(csp_processor processor);

/// The number of pieces: ids are 0 up to, not including, this one.
CSP_CHECKED csp_status csp_processor_vocabulary_size(csp_processor processor,
                                                     int32_t *_Nonnull out);
/// The id of the piece that ends a text, or -1 where the model has none.
CSP_CHECKED csp_status csp_processor_end_id(csp_processor processor, int32_t *_Nonnull out);
/// The kind of the piece `id`.
CSP_CHECKED csp_status csp_processor_piece_kind(csp_processor processor, int32_t id,
                                                csp_piece_kind *_Nonnull out);
/// The text of the piece `id`, with U+2581 for each space.
CSP_CHECKED csp_status csp_processor_piece(csp_processor processor, int32_t id,
                                           csp_bytes *_Nonnull out);
/// The id of the piece with exactly this text, or -1 where there is none.
CSP_CHECKED csp_status csp_processor_find_piece(csp_processor processor,
                                                const char *_Nullable piece, ptrdiff_t count,
                                                int32_t *_Nonnull out);

/// The ids of `text`. Names of control pieces in the text are text like any other.
CSP_CHECKED csp_status csp_processor_encode(csp_processor processor, const char *_Nullable text,
                                            ptrdiff_t count, csp_ids *_Nonnull out);
/// The text of `ids`. Control pieces have none.
CSP_CHECKED csp_status csp_processor_decode(csp_processor processor,
                                            const int32_t *_Nullable ids, ptrdiff_t count,
                                            csp_bytes *_Nonnull out);

// Training: csp_train.cpp --------------------------------------------------------------------

/// Trains a model on sentences and returns the bytes of its file.
///
/// `names` and `values` are `option_count` flags of `spm_train` without their dashes, zero-ended.
/// `sentences` are `sentence_count` zero-ended texts.
CSP_CHECKED csp_status csp_train(const char *_Nullable const *_Nonnull names,
                                 const char *_Nullable const *_Nonnull values,
                                 ptrdiff_t option_count,
                                 const char *_Nullable const *_Nonnull sentences,
                                 ptrdiff_t sentence_count, csp_bytes *_Nonnull out);

#ifdef __cplusplus
}
#endif

#endif
