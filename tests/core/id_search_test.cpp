#include "core/properties/id_search.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>

namespace hubspool {
namespace {

using ::testing::ElementsAreArray;
using next_step = id_search::question;

// An account with a list of events in pages of `page` ids.
struct listed_account {
    std::vector<std::string> events;
    std::size_t page = 100;

    event_page page_after(const std::string& after) const {
        const std::size_t from = after.empty() ? 0 : std::stoul(after);
        const std::size_t to = std::min(events.size(), from + page);
        event_page told;
        told.object_ids.assign(events.begin() + static_cast<std::ptrdiff_t>(from),
                               events.begin() + static_cast<std::ptrdiff_t>(to));
        if (to < events.size()) told.after = std::to_string(to);
        return told;
    }
    std::size_t pages() const {
        return std::max<std::size_t>((events.size() + page - 1) / page, 1);
    }
};

// Answers until all is known, and counts the questions.
std::size_t answer_all(id_search& search, const listed_account& account) {
    const std::set<std::string> there(account.events.begin(), account.events.end());
    std::size_t questions = 0;
    for (; search.next() != next_step::none; ++questions) {
        if (search.next() == next_step::page)
            search.take_page(account.page_after(search.after()));
        else
            search.take_one(there.contains(search.one()));
    }
    return questions;
}

TEST(id_search, without_ids_asks_nothing) {
    EXPECT_EQ(id_search({}).next(), next_step::none);
}

TEST(id_search, list_that_is_the_shorter_way_is_read_to_its_end_at_most) {
    listed_account account;
    for (int i = 0; i < 250; ++i) account.events.push_back(std::to_string(i));
    std::vector<std::string> ids = account.events;
    ids.emplace_back("x");
    ids.emplace_back("y");
    id_search search(ids);
    EXPECT_EQ(answer_all(search, account), 5U) << "three pages, and each that they lack";
    EXPECT_THAT(search.unknown(), ElementsAreArray({"x", "y"}));
    EXPECT_EQ(search.left(), 0U);
}

TEST(id_search, list_that_lacks_an_event_which_is_there_is_not_believed) {
    std::vector<std::string> ids;
    for (int i = 100; i < 200; ++i) ids.push_back(std::to_string(i));
    id_search search(ids);
    search.take_page({});
    std::size_t asked = 0;
    for (; search.next() == next_step::one; ++asked) search.take_one(search.one() == "105");
    EXPECT_EQ(asked, 100U);
    EXPECT_EQ(search.unknown().size(), 99U);
}

TEST(id_search, list_that_lacks_only_what_is_gone_is_believed_after_some) {
    std::vector<std::string> ids;
    for (int i = 100; i < 200; ++i) ids.push_back(std::to_string(i));
    id_search search(ids);
    search.take_page({});
    std::size_t asked = 0;
    for (; search.next() == next_step::one; ++asked) search.take_one(false);
    EXPECT_EQ(asked, std::size_t{id_search::checked_max});
    EXPECT_EQ(search.unknown().size(), 100U);
}

TEST(id_search, id_that_is_not_told_of_is_left_and_the_others_go_on) {
    id_search search({"a", "b"});
    search.take_page({});
    search.leave_one();
    search.take_one(false);
    EXPECT_EQ(search.next(), next_step::none);
    EXPECT_EQ(search.left(), 1U);
    EXPECT_THAT(search.unknown(), ElementsAreArray({"b"}));
}

TEST(id_search, list_that_goes_round_in_a_circle_is_left) {
    id_search search({"1", "2"});
    int questions = 0;
    for (; search.next() == next_step::page; ++questions) search.take_page({{"7"}, "again"});
    EXPECT_EQ(questions, 2);
    EXPECT_EQ(search.next(), next_step::one);
}

TEST(id_search, finds_what_is_missing_with_at_most_twice_the_fewest_questions) {
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        listed_account account;
        account.page = 1 + random() % 10;
        const std::size_t events = random() % 200;
        for (std::size_t i = 0; i < events; ++i) account.events.push_back(std::to_string(i));
        std::shuffle(account.events.begin(), account.events.end(), random);
        std::set<std::string> ids, missing;
        for (std::size_t i = random() % 60; i > 0; --i) ids.insert(std::to_string(random() % 300));
        for (const std::string& id : ids)
            if (std::count(account.events.begin(), account.events.end(), id) == 0)
                missing.insert(id);
        id_search search({ids.begin(), ids.end()});
        const std::size_t questions = answer_all(search, account);
        std::vector<std::string> unknown = search.unknown();
        std::sort(unknown.begin(), unknown.end());
        EXPECT_THAT(unknown, ElementsAreArray(missing));
        EXPECT_LE(questions, 2 * std::min(ids.size(), account.pages()) +
                                 std::min(missing.size(), std::size_t{id_search::checked_max}));
    }
}

} // namespace
} // namespace hubspool
