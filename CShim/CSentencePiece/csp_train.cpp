#include <sentencepiece_trainer.h>

#include <unordered_map>

#include "Guard.h"

namespace {

/// Walks over the caller's sentences.
class Sentences : public sentencepiece::SentenceIterator {
  public:
    Sentences(const char *const *texts, ptrdiff_t count) : texts_(texts, texts + count) {}

    bool done() const override { return position_ >= texts_.size(); }
    void Next() override { ++position_; }
    const std::string &value() const override { return texts_[position_]; }
    sentencepiece::util::Status status() const override { return {}; }

  private:
    std::vector<std::string> texts_;
    size_t position_ = 0;
};

}  // namespace

extern "C" {

csp_status csp_train(const char *const *names, const char *const *values, ptrdiff_t option_count,
                     const char *const *sentences, ptrdiff_t sentence_count, csp_bytes *out) {
    return csp::guarded([&] {
        std::unordered_map<std::string, std::string> options;
        for (ptrdiff_t i = 0; i < option_count; ++i) options[names[i]] = values[i];
        Sentences iterator(sentences, sentence_count);
        std::string model;
        csp::check(
            sentencepiece::SentencePieceTrainer::Train(options, &iterator, &model));
        *out = csp::owned(std::move(model));
    });
}

}  // extern "C"
