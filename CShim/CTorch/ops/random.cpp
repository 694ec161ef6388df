// The C functions of ct_random.h.
#include "support/guard.h"

#include <ATen/CPUGeneratorImpl.h>

using namespace ct;

ct_status ct_generator_make(uint64_t seed, ct_device where, ct_generator *out) {
    return guarded([&] {
        will_use_libtorch();
        auto generator = where.cuda_index < 0
                             ? at::make_generator<at::CPUGeneratorImpl>(seed)
                             : at::globalContext().defaultGenerator(device(where)).clone();
        generator.set_current_seed(seed);
        out->impl = new at::Generator(std::move(generator));
    });
}
void ct_generator_free(ct_generator generator) {
    if (generator.impl != nullptr) delete &borrow(generator);
}
ct_status ct_generator_state(ct_generator generator, ct_tensor *out) {
    return guarded([&] { give(out, borrow(generator).get_state()); });
}
ct_status ct_generator_set_state(ct_generator generator, ct_tensor state) {
    return guarded([&] { borrow(generator).set_state(borrow(state)); });
}
ct_status ct_fill_uniform(ct_tensor tensor, double low, double high, ct_generator generator) {
    return guarded([&] { borrow(tensor).uniform_(low, high, borrow(generator)); });
}
ct_status ct_fill_normal(ct_tensor tensor, double mean, double deviation, ct_generator generator) {
    return guarded([&] { borrow(tensor).normal_(mean, deviation, borrow(generator)); });
}
ct_status ct_fill_bernoulli(ct_tensor tensor, double probability, ct_generator generator) {
    return guarded([&] { borrow(tensor).bernoulli_(probability, borrow(generator)); });
}
