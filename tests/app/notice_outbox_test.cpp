#include "app/notify/notice_outbox.hpp"
#include "support/captured_log.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::hubspool::testing::said_while;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class notice_outbox_test : public ::testing::Test {
protected:
    void add(const std::string& words) {
        outbox_.add({"park", "paused", notice::phase::begun, words}, words);
    }
    std::string send(boot_time now) {
        return said_while([&] { outbox_.send(now, [] { return true; }); });
    }

    std::string fault_;
    std::vector<std::string> told_;
    notice_outbox outbox_{"notify.command",
                          [this](const notice&, const std::string& json, const auto&) {
                              if (!fault_.empty()) return result<void>(failure{fault_});
                              told_.push_back(json);
                              return result<void>();
                          }};
};

} // namespace

TEST_F(notice_outbox_test, tells_in_order_and_once) {
    add("a");
    add("b");
    send(start);
    send(start);
    EXPECT_THAT(told_, ElementsAre("a", "b"));
}

TEST_F(notice_outbox_test, what_could_not_be_told_is_tried_again_and_said_once) {
    add("a");
    fault_ = "/etc/notify ended with 3";
    EXPECT_THAT(send(start), HasSubstr("notify.command could not tell"));
    fault_.clear();
    send(start + notice_outbox::tried_again_after - milliseconds(1));
    EXPECT_THAT(told_, IsEmpty()) << "not yet";
    fault_ = "/etc/notify ended with 3";
    EXPECT_EQ(send(start + notice_outbox::tried_again_after), "") << "said already";
    fault_.clear();
    EXPECT_THAT(send(start + 2 * notice_outbox::tried_again_after), HasSubstr("works again"));
    EXPECT_THAT(told_, ElementsAre("a"));
}

TEST_F(notice_outbox_test, of_too_many_the_oldest_are_given_up_and_counted) {
    for (std::size_t i = 0; i < notice_outbox::waiting_max + 3; ++i) add(std::to_string(i));
    fault_ = "refused";
    send(start);
    fault_.clear();
    EXPECT_THAT(send(start + notice_outbox::tried_again_after), HasSubstr("notices_given_up=3"));
    EXPECT_THAT(told_, SizeIs(notice_outbox::waiting_max));
    EXPECT_EQ(told_.front(), "3");
}

TEST_F(notice_outbox_test, end_of_the_run_is_not_held_up) {
    add("a");
    outbox_.send(start, [] { return false; });
    EXPECT_THAT(told_, IsEmpty());
}

} // namespace hubspool
