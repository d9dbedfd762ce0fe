// Gathers what the state and the queue's files know of one object, with a progress line on a
// terminal when it takes long. Memory: the newest `batches_max` batches of the object, and its
// records.
#pragma once

#include "cli/commands/commands.hpp"
#include "cli/trace/object_trace.hpp"
#include "spool/queue_survey.hpp"
#include "state/batch_history.hpp"
#include "state/letters/dead_letter_box.hpp"

#include <functional>
#include <memory>
#include <string>

namespace hubspool {

class trace_gathering {
public:
    // `interrupted` is asked between steps: true ends it with what there is by then.
    static result<trace_gathering> open(const command_context& context,
                                        std::function<bool()> interrupted);

    result<object_trace> gather(const trace_arguments& arguments);

private:
    trace_gathering(const command_context& context, std::function<bool()> interrupted,
                    batch_history history, dead_letter_box box,
                    std::unique_ptr<queue_survey> queue);
    result<void> gather_batches(object_trace& trace, const trace_arguments& arguments);
    result<void> gather_letters(object_trace& trace, const trace_arguments& arguments);
    result<void> list_files(object_trace& trace);
    result<void> search_files(object_trace& trace);
    result<void> search(object_trace& trace, std::uint64_t number, traced_file& file,
                        kept_file kept);
    result<void> ask_history(object_trace& trace);
    bool shall_end();
    void show(const std::function<std::string()>& words);

    const command_context* context_;
    std::function<bool()> interrupted_;
    batch_history history_;
    dead_letter_box box_;
    std::unique_ptr<queue_survey> queue_;
    boot_time began_, shown_;
    bool ended_ = false;
    std::uint64_t bytes_searched_ = 0;
};

} // namespace hubspool
