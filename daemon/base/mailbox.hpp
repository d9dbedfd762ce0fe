// Hands values from one thread to another, in order, with a limit.
//
// Any thread posts; one thread takes. Together with byte_budget the only place with a mutex: what
// threads share is passed through here.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace hubspool {

template <class Message>
class mailbox {
public:
    explicit mailbox(std::size_t messages_max) : messages_max_(messages_max) {}

    // Waits while the box is full, unless it was closed. The loop thread uses post_now().
    void post(Message message) {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return closed_ || messages_.size() < messages_max_; });
        put(std::move(message));
    }

    // The same for several, in one go, however many they are; takes them all out of `messages`.
    void post_all(std::vector<Message>& messages) {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return closed_ || messages_.size() < messages_max_; });
        messages_.insert(messages_.end(), std::make_move_iterator(messages.begin()),
                         std::make_move_iterator(messages.end()));
        messages.clear();
        filled_.notify_one();
    }

    // Never waits: for senders that are bounded by other means.
    void post_now(Message message) {
        const std::lock_guard lock(mutex_);
        put(std::move(message));
    }

    // All that is there; waits for the first one, at most `at_most`. Empty: nothing came.
    std::vector<Message> take_all(std::chrono::milliseconds at_most) {
        std::unique_lock lock(mutex_);
        // A wait of no length would sleep all the same, for a moment.
        if (at_most.count() > 0)
            filled_.wait_for(lock, at_most, [this] { return closed_ || !messages_.empty(); });
        std::vector<Message> taken(std::make_move_iterator(messages_.begin()),
                                   std::make_move_iterator(messages_.end()));
        messages_.clear();
        room_.notify_all();
        return taken;
    }

    // No more waiting; what is in the box can still be taken.
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        filled_.notify_all();
        room_.notify_all();
        ended_.notify_all();
    }
    // Waits until close(), at most `at_most`; messages wake nobody meanwhile.
    void wait_closed(std::chrono::milliseconds at_most) {
        std::unique_lock lock(mutex_);
        ended_.wait_for(lock, at_most, [this] { return closed_; });
    }
    bool closed() {
        const std::lock_guard lock(mutex_);
        return closed_;
    }

private:
    void put(Message message) {
        messages_.push_back(std::move(message));
        filled_.notify_one();
    }

    const std::size_t messages_max_;
    std::mutex mutex_;
    std::condition_variable filled_, room_, ended_;
    std::deque<Message> messages_; // guarded by mutex_, like all below
    bool closed_ = false;
};

} // namespace hubspool
