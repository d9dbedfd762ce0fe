#include "spool/arrivals/waiting_files.hpp"

#include "core/words/named_as_of.hpp"
#include "os/system_failure.hpp"
#include "spool/arrivals/arrival_obstacle.hpp"
#include "spool/arrivals/arrival_order.hpp"
#include "spool/arrivals/file_clock.hpp"
#include "spool/directory_access.hpp"
#include "spool/queue_names.hpp"

#include <fcntl.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

namespace hubspool {

namespace {

constexpr std::size_t names_held = 100'000;
constexpr std::int64_t ns_of_ms = 1'000'000;

std::string why_not_claimed(int directory, const std::string& name, const file_look& look) {
    auto why = reading_obstacle(directory, name, look);
    if (!why.empty()) return why;
    file_look of_directory;
    (void)look_at(directory, ".", of_directory);
    const int error = expected_moving_error(directory, of_directory, name, look);
    return error == 0 ? std::string() : moving_obstacle(error, look);
}

claimed_file as_claimed(const listed_file& file, std::uint64_t size, next_claim& next) {
    const auto name = cut_producer_name(file.name);
    next.stamp = stamp_of_claim(next.stamp, file.ctime_ns / ns_of_ms, file_now_ns() / ns_of_ms);
    const std::uint64_t number = next.number++;
    return {number, file.lane, name, size, order_of_claim(number, next.stamp, name)};
}

} // namespace

result<waiting_skipped>
visit_waiting(const queue_layout& layout, next_claim next,
              const std::function<result<void>(const claimed_file&, owned_descriptor)>& visit) {
    auto live = layout.open_lane(lane::live);
    if (!live) return live.error();
    auto bulk = layout.open_lane(lane::bulk);
    if (!bulk) return bulk.error();
    const lane_directories lanes{std::move(*live), std::move(*bulk)};
    // What came before the call is then older than the listing's stamp.
    std::this_thread::sleep_for(std::chrono::nanoseconds(file_tick_ns()));
    arrival_order order(layout.path, layout.left_alone, names_held);
    do {
        if (auto filled = order.fill(lanes); !filled) return filled.error();
        while (const listed_file* const file = order.front()) {
            const int directory = lanes.of(file->lane);
            file_look look;
            if (look_at(directory, file->name, look) != 0) {
                order.pop();
                continue;
            }
            if (auto why = why_not_claimed(directory, file->name, look); !why.empty()) {
                order.skip(std::move(why));
                continue;
            }
            owned_descriptor opened(
                ::openat(directory, file->name.c_str(),
                         O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
            if (!opened) {
                order.skip(system_failure("open", file->name, errno).message);
                continue;
            }
            if (auto visited = visit(as_claimed(*file, look.size, next), std::move(opened));
                !visited)
                return visited.error();
            order.pop();
        }
    } while (order.more());
    return waiting_skipped{order.skipped(), order.skipped_total()};
}

} // namespace hubspool
