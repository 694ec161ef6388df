/// Random numbers; no function draws from a global generator.
#ifndef CT_RANDOM_H
#define CT_RANDOM_H
#include "ct_contract.h"
CT_BEGIN

CT_CHECKED ct_status ct_generator_make(uint64_t seed, ct_device device, ct_generator *out);
void ct_generator_free(ct_generator generator);

/// The whole state, as a uint8 vector on the CPU.
CT_CHECKED ct_status ct_generator_state(ct_generator generator, ct_tensor *out);
CT_CHECKED ct_status ct_generator_set_state(ct_generator generator, ct_tensor state);

/// Overwrites with draws from the uniform distribution on [low, high).
CT_CHECKED ct_status ct_fill_uniform(ct_tensor tensor, double low, double high,
                                     ct_generator generator);
/// Overwrites with draws from the normal distribution.
CT_CHECKED ct_status ct_fill_normal(ct_tensor tensor, double mean, double deviation,
                                    ct_generator generator);
/// Overwrites each element with 1 by this probability, else with 0.
CT_CHECKED ct_status ct_fill_bernoulli(ct_tensor tensor, double probability,
                                       ct_generator generator);

CT_END
#endif
