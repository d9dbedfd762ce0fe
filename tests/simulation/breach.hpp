// A promise that was broken, in words.
#pragma once

#include <stdexcept>

namespace hubspool::simulation {

struct breach : std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace hubspool::simulation
