#include "app/daemon/intake_thread.hpp"

#include "app/crash_handler.hpp"
#include "app/options.hpp"
#include "base/clocks.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace hubspool {

namespace asio = boost::asio;

intake_thread::intake_thread(asio::io_context& loop, instance& running,
                             std::unique_ptr<record_source> source, decode_mark& mark,
                             mailbox<settle_message>& state, intake_start from,
                             const std::optional<drain_options>& drain, intake_thread_events events)
    : loop_(loop), events_(std::move(events)), source_(std::move(source)),
      budget_(running.options.pending.max_bytes, [this] { source_.wake(); }),
      rest_(running.options.state.directory),
      intake_(intake_links{source_, mark, state, budget_},
              make_intake_options(running.options, drain), std::move(from), make_intake_events()) {
}

void intake_thread::start() {
    thread_ = std::thread([this] {
        const crash_stack stack;
        intake_.run();
        source_.over();
    });
}

intake_events intake_thread::make_intake_events() {
    intake_events told;
    told.read = [this](read_parts parts) { hand_over(std::move(parts)); };
    told.passed_frontiers = [this] { asio::post(loop_, [this] { events_.passed_frontiers(); }); };
    told.reading = [this](bool begins) {
        rest_.handed_over();
        asio::post(loop_, [this, begins] { events_.reading(begins); });
    };
    told.woke = [this] {
        if (rest_.look(boot_now(), wall_now()))
            asio::post(loop_, [this] { events_.others_wrote(); });
    };
    told.read_everything = [this](const std::string& trouble) {
        asio::post(loop_, [this, trouble] { events_.read_everything(trouble); });
    };
    return told;
}

// The bytes are spent before they are under way, and accounted for when they were taken.
void intake_thread::hand_over(read_parts parts) {
    std::size_t bytes = 0;
    for (const decoded_block& block : parts.blocks) bytes += block.bytes();
    rest_.handed_over();
    budget_.spend(bytes);
    asio::post(loop_, [this, bytes, moved = std::make_shared<read_parts>(std::move(parts))] {
        events_.read(*moved);
        budget_.account(bytes, events_.held());
    });
}

} // namespace hubspool
