#include "app/notify/notifier.hpp"

#include "app/notify/notice_ways.hpp"
#include "base/clocks.hpp"

#include <boost/asio/ip/host_name.hpp>

#include <chrono>
#include <utility>

namespace hubspool {

namespace {

using namespace std::chrono_literals;

// For what comes with time alone: age, space, and what could not be told.
constexpr milliseconds look_every = 1min;

std::string host_name() {
    boost::system::error_code ignored;
    return boost::asio::ip::host_name(ignored);
}

} // namespace

std::unique_ptr<notifier> notifier::open(const settings& options, queue_survey_maker survey) {
    std::vector<notice_outbox> outboxes;
    if (!options.notify.command.empty())
        outboxes.emplace_back("notify.command", notice_command(options.notify.command));
    if (!options.notify.url_file.empty())
        outboxes.emplace_back("notify.url_file", notice_webhook(options));
    if (outboxes.empty()) return nullptr;
    return std::make_unique<notifier>(options, std::move(survey), std::move(outboxes));
}

notifier::notifier(const settings& options, queue_survey_maker survey,
                   std::vector<notice_outbox> outboxes)
    : limits_{options.notify.age_max, options.queue.reserve_bytes},
      origin_{host_name(), options.queue.directory},
      survey_(std::move(survey), look_every,
              "who is to be told hears nothing of the queue's disk and of rejected files"),
      rules_(options.notify.least_pause), outboxes_(std::move(outboxes)) {
    // All that die in this run count.
    rules_.look("dead_letters", 0, boot_now());
    thread_ = std::thread([this] { run(); });
}

notifier::~notifier() {
    box_.close();
    thread_.join();
}

void notifier::run() {
    std::optional<daemon_status> newest;
    while (!box_.closed()) {
        std::vector<daemon_status> told = box_.take_all(look_every);
        if (!told.empty()) newest = std::move(told.back());
        if (newest) look(*newest);
        for (notice_outbox& one : outboxes_)
            one.send(boot_now(), [this] { return !box_.closed(); });
    }
}

void notifier::look(const daemon_status& told) {
    const std::optional<queue_figures>& queue = survey_.figures();
    const boot_time now = boot_now();
    std::vector<notice> notices = rules_.look(conditions_of(told, queue, limits_, wall_now()), now);
    const auto count = [&](const char* kind, std::uint64_t total) {
        if (auto more = rules_.look(kind, total, now)) notices.push_back(std::move(*more));
    };
    count("dead_letters", told.run.dead_lettered);
    if (queue) count("rejected", queue->rejected_files);
    for (const notice& one : notices) {
        const std::string json = notice_json(one, origin_, wall_now());
        for (notice_outbox& to : outboxes_) to.add(one, json);
    }
}

} // namespace hubspool
