// Several servers behind a balancer, of which one fails for everything: no object is at fault.
#include "core/engine/engine.hpp"
#include "engine_story.hpp"
#include "support/random_rounds.hpp"

#include <map>
#include <ostream>
#include <random>
#include <tuple>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using testing::plain_options;
using testing::sent_request;

enum class balancing : std::uint8_t { in_turn, at_random, by_connection };

struct balancer_case {
    const char* label;
    balancing how;
    std::size_t servers;
    std::size_t broken = 1;
    bool fails_half = false; // those that are broken fail only half of the time

    friend std::ostream& operator<<(std::ostream& out, const balancer_case& shown) {
        return out << shown.label;
    }
};

constexpr balancer_case balancers[] = {
    {"two_in_turn", balancing::in_turn, 2},
    {"three_in_turn", balancing::in_turn, 3},
    {"two_of_three_in_turn", balancing::in_turn, 3, 2},
    {"two_at_random", balancing::at_random, 2},
    {"one_half_of_the_time", balancing::at_random, 1, 1, true},
    {"two_by_connection", balancing::by_connection, 2},
    {"four_by_connection", balancing::by_connection, 4},
};

class broken_server_test : public testing::engine_story,
                           public ::testing::WithParamInterface<std::tuple<balancer_case, bool>> {
protected:
    // Lines as the delivery loop has them: the first that is idle, else a new one.
    struct line {
        std::size_t server = 0;
        bool busy = false;
    };
    struct exchange {
        sent_request sent;
        std::size_t line = 0;
        bool fails = false;
    };

    static const balancer_case& balancer() { return std::get<balancer_case>(GetParam()); }
    static bool drains() { return std::get<bool>(GetParam()); }

    void begin(std::uint64_t seed, std::size_t lines_max) {
        random.seed(seed);
        lines.clear();
        exchanges.clear();
        turn = random() % balancer().servers;
        most_lines = lines_max;
        engine_options options = plain_options();
        options.drain = drains();
        restart(options);
    }
    double chance() { return std::uniform_real_distribution<double>(0, 1)(random); }
    std::size_t next_server() {
        return balancer().how == balancing::at_random ? random() % balancer().servers
                                                      : turn++ % balancer().servers;
    }
    static bool sticks() { return balancer().how == balancing::by_connection; }
    // Elsewhere each request has a server of its own.
    std::size_t server_of_new_line() { return sticks() ? next_server() : 0; }
    std::optional<std::size_t> idle_line() {
        for (std::size_t i = 0; i < lines.size(); ++i)
            if (!lines[i].busy) return i;
        if (lines.size() == most_lines) return std::nullopt;
        lines.push_back({server_of_new_line(), false});
        return lines.size() - 1;
    }
    bool send_one(const std::string& culprit) {
        const auto on = idle_line();
        if (!on) return false;
        const auto sent = send();
        if (!sent) return false;
        wire.clear();
        const std::size_t server = sticks() ? lines[*on].server : next_server();
        const bool breaks =
            server < balancer().broken && (!balancer().fails_half || chance() < 0.5);
        lines[*on].busy = true;
        exchanges.emplace(now + milliseconds(20 + random() % 100),
                          exchange{*sent, *on, breaks || sent->names(culprit)});
        return true;
    }
    // Ids of those that died.
    std::vector<std::string> answer_first() {
        const exchange ended = std::move(exchanges.extract(exchanges.begin()).mapped());
        wire = {ended.sent};
        const testing::answer_effects effect =
            ended.fails ? answer(503, "<h1>Busy</h1>") : deliver();
        lines[ended.line].busy = false;
        if (effect.close_connection) lines[ended.line].server = server_of_new_line();
        commit();
        std::vector<std::string> died;
        for (const dead_letter& letter : effect.outcome.dead_letters)
            died.push_back(letter.object_id);
        return died;
    }
    std::vector<std::string> run_until(boot_time end, const std::string& culprit = "none") {
        std::vector<std::string> died;
        while (now < end && !engine->empty()) {
            jitter = chance();
            while (send_one(culprit)) {
            }
            const boot_time answered_at =
                exchanges.empty() ? boot_time::max() : exchanges.begin()->first;
            now = std::max(now + 1ms, std::min({end, answered_at, engine->next(now)}));
            if (answered_at > now) continue;
            for (std::string& id : answer_first()) died.push_back(std::move(id));
        }
        return died;
    }

    std::mt19937_64 random;
    std::vector<line> lines;
    std::multimap<boot_time, exchange> exchanges;
    std::size_t turn = 0, most_lines = 1;
};

TEST_P(broken_server_test, delivers_everybody) {
    for (std::uint64_t seed = 1; seed <= testing::random_rounds(60U); ++seed) {
        begin(seed, seed % 2 == 0 ? 1 : 4);
        const int objects = seed % 3 == 0 ? 4 : 230;
        accept_many(objects);
        if (drains()) tell(event::everything_read{});
        const auto died = run_until(now + 1h);
        EXPECT_TRUE(died.empty()) << died.front() << " of seed " << seed;
        EXPECT_TRUE(engine->empty()) << "seed " << seed;
    }
}
INSTANTIATE_TEST_SUITE_P(balancers, broken_server_test,
                         ::testing::Combine(::testing::ValuesIn(balancers), ::testing::Bool()),
                         [](const auto& of) {
                             return std::string(std::get<balancer_case>(of.param).label) +
                                    (std::get<bool>(of.param) ? "_drain" : "_run");
                         });

} // namespace
} // namespace hubspool
