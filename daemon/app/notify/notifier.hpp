// The thread that tells somebody when sending stands still, and when it goes on: by notify.command
// and notify.url_file. The others hand it values, and none of them waits for it.
#pragma once

#include "app/metrics/metric_facts.hpp"
#include "app/metrics/paced_survey.hpp"
#include "app/notify/notice_outbox.hpp"
#include "app/notify/notice_rules.hpp"
#include "app/notify/notice_text.hpp"
#include "base/mailbox.hpp"
#include "config/settings.hpp"
#include "core/engine/daemon_status.hpp"

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace hubspool {

class notifier {
public:
    // Null: nobody is to be told.
    static std::unique_ptr<notifier> open(const settings& options, queue_survey_maker survey);
    notifier(const settings& options, queue_survey_maker survey,
             std::vector<notice_outbox> outboxes);
    notifier(const notifier&) = delete;
    notifier& operator=(const notifier&) = delete;
    ~notifier();

    // Any thread. Told often; what comes while a notice is under way is as large as it is seldom.
    void tell(const daemon_status& now) { box_.post_now(now); }

private:
    void run();
    void look(const daemon_status& told);

    const notice_limits limits_;
    const notice_origin origin_;
    mailbox<daemon_status> box_{1000};
    paced_survey survey_;
    notice_rules rules_;
    std::vector<notice_outbox> outboxes_;
    std::thread thread_;
};

} // namespace hubspool
