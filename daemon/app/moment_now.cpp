#include "app/moment_now.hpp"

#include "base/clocks.hpp"

#include <random>

namespace hubspool {

moment moment_now() {
    static thread_local std::mt19937_64 random{std::random_device{}()};
    return {boot_now(), wall_now(), std::uniform_real_distribution<double>(0.0, 1.0)(random)};
}

} // namespace hubspool
