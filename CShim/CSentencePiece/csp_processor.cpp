#include <memory>
#include <string_view>

#include "Guard.h"

using sentencepiece::SentencePieceProcessor;

namespace {

const SentencePieceProcessor &model(csp_processor processor) {
    return *static_cast<const SentencePieceProcessor *>(processor.impl);
}

std::string_view view(const void *first, ptrdiff_t count) {
    return {static_cast<const char *>(first), static_cast<size_t>(count)};
}

/// The library reads past its table on an id outside the vocabulary, so we look first.
int checked(csp_processor processor, int32_t id) {
    const int count = model(processor).GetPieceSize();
    if (id < 0 || id >= count) {
        throw std::out_of_range("the id " + std::to_string(id) + " is not in the vocabulary of " +
                                std::to_string(count) + " pieces");
    }
    return id;
}

}  // namespace

extern "C" {

csp_status csp_processor_load(const uint8_t *bytes, ptrdiff_t count, csp_processor *out) {
    return csp::guarded([&] {
        auto processor = std::make_unique<SentencePieceProcessor>();
        csp::check(processor->LoadFromSerializedProto(view(bytes, count)));
        *out = {processor.release()};
    });
}

void csp_processor_free(csp_processor processor) {
    delete static_cast<SentencePieceProcessor *>(processor.impl);
}

csp_status csp_processor_vocabulary_size(csp_processor processor, int32_t *out) {
    return csp::guarded([&] { *out = model(processor).GetPieceSize(); });
}

csp_status csp_processor_end_id(csp_processor processor, int32_t *out) {
    return csp::guarded([&] { *out = model(processor).eos_id(); });
}

csp_status csp_processor_piece_kind(csp_processor processor, int32_t id, csp_piece_kind *out) {
    return csp::guarded([&] {
        const int piece = checked(processor, id);
        if (model(processor).IsUnknown(piece)) {
            *out = CSP_PIECE_UNKNOWN;
        } else if (model(processor).IsControl(piece)) {
            *out = CSP_PIECE_CONTROL;
        } else if (model(processor).IsByte(piece)) {
            *out = CSP_PIECE_BYTE;
        } else {
            *out = CSP_PIECE_TEXT;
        }
    });
}

csp_status csp_processor_piece(csp_processor processor, int32_t id, csp_bytes *out) {
    return csp::guarded(
        [&] { *out = csp::owned(model(processor).IdToPiece(checked(processor, id))); });
}

csp_status csp_processor_find_piece(csp_processor processor, const char *piece, ptrdiff_t count,
                                    int32_t *out) {
    return csp::guarded([&] {
        // The library answers the unknown piece where there is none, so we compare the text.
        const auto wanted = view(piece, count);
        const int found = model(processor).PieceToId(wanted);
        *out = model(processor).IdToPiece(checked(processor, found)) == wanted ? found : -1;
    });
}

csp_status csp_processor_encode(csp_processor processor, const char *text, ptrdiff_t count,
                                csp_ids *out) {
    return csp::guarded([&] {
        std::vector<int32_t> ids;
        csp::check(model(processor).Encode(view(text, count), &ids));
        *out = csp::owned(std::move(ids));
    });
}

csp_status csp_processor_decode(csp_processor processor, const int32_t *ids, ptrdiff_t count,
                                csp_bytes *out) {
    return csp::guarded([&] {
        std::vector<int> checked_ids;
        checked_ids.reserve(static_cast<size_t>(count));
        for (ptrdiff_t i = 0; i < count; ++i) checked_ids.push_back(checked(processor, ids[i]));
        std::string text;
        csp::check(model(processor).Decode(checked_ids, &text));
        *out = csp::owned(std::move(text));
    });
}

}  // extern "C"
