#include "app/delivery/credential_keeper.hpp"

#include "app/moment_now.hpp"
#include "base/log.hpp"

#include <utility>

namespace hubspool {

credential_keeper::credential_keeper(boost::asio::any_io_executor loop, instance& running,
                                     engine& core, api_client& api, keeper_events events)
    : running_(running), core_(core), events_(std::move(events)) {
    if (running_.token->is_oauth())
        renewal_.emplace(loop, running, core, api,
                         renewal_events{[this](const token_answer& answer) { token_came(answer); },
                                        events_.changed, events_.parked});
}

void credential_keeper::start() {
    if (!renewal_) return prove({});
    core_.handle(event::credential_missing{}, moment_now());
    renewal_->tend();
}

void credential_keeper::stop() {
    stopping_ = true;
    if (renewal_) renewal_->stop();
}

boost::asio::awaitable<void> credential_keeper::at_rest() {
    if (renewal_) co_await renewal_->at_rest();
}

void credential_keeper::give_up() {
    if (renewal_) renewal_->give_up();
}

void credential_keeper::look() {
    if (stopping_) return;
    if (const result<bool> read = running_.token->refresh(); !read) {
        const std::string words =
            read.error().message + "; the credential read before stays in use";
        if (words != std::exchange(trouble_, words)) log::warning(words);
    } else {
        trouble_.clear();
        if (*read) files_changed();
    }
    if (renewal_) renewal_->tend();
}

void credential_keeper::files_changed() {
    if (const result<void> locked = lock_credential(running_); !locked)
        return events_.fatal(locked.error().message);
    offer_.files_changed();
    if (renewal_) {
        log::info("the files of api.oauth have changed; a token is asked for with them");
        renewal_->files_changed();
    } else {
        log::info("the token file has changed; the new token is proved, then used");
        prove({});
    }
}

std::string credential_keeper::waits() const {
    if (token().empty()) return {}; // a park says why
    return trouble_.empty() ? offer_.waits() : trouble_;
}

void credential_keeper::prove(std::optional<std::uint64_t> told) {
    core_.handle(event::credential_offered{token().empty(), told}, moment_now());
    events_.changed();
}

bool credential_keeper::refused(const std::string& refused_token) {
    look(); // it may have been replaced on the disk
    if (!renewal_) return refused_from_file(refused_token);
    if (refused_token != token() && refused_token != offered()) return true;
    if (!renewal_->refused()) return false;
    offer_.renewal_forced();
    renewal_->tend();
    return true;
}

bool credential_keeper::refused_from_file(const std::string& refused_token) {
    switch (offer_.refused(refused_token, token(), offered())) {
    case credential_offer::refusal::replaced: return true;
    case credential_offer::refusal::stands: return false;
    case credential_offer::refusal::ask_again:
        // Until it is accepted the park asks with the one that is.
        prove({});
        return false;
    case credential_offer::refusal::prove_newest:
        running_.token->drop();
        prove({});
        return true;
    }
    return false;
}

void credential_keeper::token_came(const token_answer& answer) {
    if (offer_.is_good(answer.portal_id, core_.is_credential_proved())) return use_offered();
    prove(answer.portal_id);
}

void credential_keeper::answered(const std::string& asked_with, const account_effect& effect) {
    if (asked_with != offered()) return;
    const credential_offer::answer told = offer_.answered(effect);
    if (!told.warning.empty()) log::warning(told.warning);
    if (!told.error.empty()) log::error(told.error);
    if (!told.use) return;
    use_offered();
    if (effect.account) events_.account(*effect.account);
}

void credential_keeper::use_offered() {
    running_.token->adopt();
    keep_one_lock(running_);
    if (offer_.used()) core_.handle(event::credential_adopted{}, moment_now());
    events_.changed();
}

} // namespace hubspool
