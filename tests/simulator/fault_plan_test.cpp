#include "simulator/fault_plan.hpp"

#include <gtest/gtest.h>

namespace hubspool::simulator {
namespace {

fault made(std::string_view rule) {
    auto parsed = parse_fault(rule);
    EXPECT_TRUE(parsed) << rule << ": " << (parsed ? "" : parsed.error().message);
    return parsed ? *parsed : fault{};
}

TEST(parse_fault, every_documented_kind_is_understood) {
    EXPECT_EQ(made("every=7,status=503").status, 503);
    EXPECT_FALSE(made("every=7,status=503").applied);
    EXPECT_EQ(made("every=1,status=477,retry-after=60").retry_after, "60");
    EXPECT_TRUE(made("every=11,cut-after-apply").applied);
    EXPECT_FALSE(made("every=11,cut-before-apply").applied);
    EXPECT_EQ(made("every=13,truncate").answer, fault::reply::truncated);
    EXPECT_EQ(made("every=17,empty-results").answer, fault::reply::empty_results);
    EXPECT_EQ(made("every=19,html=524").answer, fault::reply::html);
    EXPECT_TRUE(made("rate=0.05,pending").applied);
    EXPECT_EQ(made("every=2,stall-ms=30").stall, milliseconds(30));
    EXPECT_EQ(made("every=3,late-ms=3000,cut").late, milliseconds(3000));
    EXPECT_EQ(made("every=3,status=502,late-ms=5").late, milliseconds(5));
    EXPECT_EQ(made("contains=<script>,redirect=302").contains, "<script>");
    EXPECT_EQ(made("contains=x,no-category=400").answer, fault::reply::no_category);
    EXPECT_EQ(made("contains=x,other-json=403").status, 403);
    EXPECT_EQ(made("contains=x,strangers=207").answer, fault::reply::strangers);
    EXPECT_EQ(made("contains=x,cut-unread").answer, fault::reply::cut_unread);
    EXPECT_TRUE(made("always,html=404").always);
}

TEST(parse_fault, nonsense_is_refused) {
    for (const char* rule :
         {"", "every=0,cut", "every=2", "cut", "every=2,rate=0.5,cut", "rate=2,cut",
          "every=2,status=99", "every=2,explode", "every=2,truncate,late-ms=5", "always",
          "always,every=2,cut", "contains=,cut", "contains=x", "every=2,cut-unread",
          "always,status=503,late-ms=5", "every=x,cut", "every=2,stall-ms=-5"})
        EXPECT_FALSE(parse_fault(rule)) << rule;
}

TEST(fault_plan, every_third_request_gets_its_fault) {
    fault_plan plan(1);
    plan.set({made("every=3,cut")});
    std::string seen;
    for (int i = 0; i < 7; ++i) seen += plan.next({}) != nullptr ? 'x' : '.';
    EXPECT_EQ(seen, "..x..x.");
}

TEST(fault_plan, first_matching_rule_wins) {
    fault_plan plan(1);
    plan.set({made("every=2,cut"), made("every=1,status=500")});
    EXPECT_EQ(plan.next({})->answer, fault::reply::status);
    EXPECT_EQ(plan.next({})->answer, fault::reply::cut);
}

TEST(fault_plan, contents_decide_for_one_request_and_what_is_always_is_asked_at_the_door) {
    fault_plan plan(1);
    plan.set({made("contains=<b>,html=403")});
    EXPECT_EQ(plan.at_the_door(), nullptr);
    EXPECT_EQ(plan.next("plain"), nullptr);
    EXPECT_EQ(plan.next("a <b> tag")->status, 403);
    EXPECT_EQ(plan.unread("a <b> tag"), nullptr);
    plan.set({made("always,html=404")});
    EXPECT_EQ(plan.next("a <b> tag"), nullptr);
    EXPECT_EQ(plan.at_the_door()->status, 404);
    plan.set({made("contains=<b>,cut-unread")});
    EXPECT_EQ(plan.unread("a <"), nullptr);
    EXPECT_NE(plan.unread("a <b>"), nullptr);
    EXPECT_EQ(plan.at_the_door(), nullptr);
}

TEST(fault_plan, same_seed_gives_the_same_faults) {
    fault_plan one(7);
    fault_plan two(7);
    one.set({made("rate=0.3,cut")});
    two.set({made("rate=0.3,cut")});
    int faults = 0;
    for (int i = 0; i < 1000; ++i) {
        const bool faulty = one.next({}) != nullptr;
        EXPECT_EQ(faulty, two.next({}) != nullptr);
        faults += faulty ? 1 : 0;
    }
    EXPECT_GT(faults, 200);
    EXPECT_LT(faults, 400);
}

} // namespace
} // namespace hubspool::simulator
