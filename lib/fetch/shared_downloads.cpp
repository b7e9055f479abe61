#include "aura/fetch/shared_downloads.h"

#include <exception>
#include <functional>
#include <future>
#include <list>
#include <map>
#include <new>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "aura/base/error.h"
#include "aura/base/thread_checker.h"

namespace aura::fetch {
namespace {

/// A URL and a group.
using Key = std::pair<std::string, std::string>;

struct Transfer;

/// A call of start() that has no outcome yet.
struct Participant {
  Done done;
  bool is_first = false;         ///< Began the download. Others joined it.
  Transfer* transfer = nullptr;  ///< the download that it shares now
  std::optional<std::stop_callback<std::function<void()>>> on_stop;
};

using Participants = std::vector<std::shared_ptr<Participant>>;

/// A running download and who shares it: nobody after it was stopped.
struct Transfer {
  Key key;
  bool is_joinable = true;
  std::stop_source stop;
  Participants participants;
};

Outcome stopped() {
  return std::make_exception_ptr(Stopped());
}

void end(Participant& participant, Outcome outcome) {
  participant.on_stop.reset();
  participant.done(std::move(outcome));
}

Outcome share(const Download& download) try {
  return Download{.file = download.file.share(), .sha256 = download.sha256, .is_shared = true};
} catch (...) {
  return std::current_exception();
}

/// Ends each call with the same bytes. The first receives `download` itself.
void end_all(const Participants& participants, Download download) {
  std::vector<Outcome> outcomes;
  outcomes.reserve(participants.size());
  while (outcomes.size() + 1 < participants.size()) outcomes.push_back(share(download));
  outcomes.emplace_back(std::move(download));
  for (const auto& participant : participants) {
    end(*participant, std::move(outcomes.back()));
    outcomes.pop_back();
  }
}

}  // namespace

/// What runs. All members are called from the fetcher's thread, so that no lock is needed and no
/// stop callback calls `done`.
class SharedDownloads::Impl {
 public:
  explicit Impl(const Fetcher& downloader) : fetcher(downloader) {}

  void begin(Key key, std::stop_token stop, Done done) {
    thread_.check();
    if (stop.stop_requested()) return done(stopped());
    const auto participant = std::make_shared<Participant>();
    participant->done = std::move(done);
    if (const auto found = joinable_.find(key); found != joinable_.end()) {
      participant->transfer = &*found->second;
      found->second->participants.push_back(participant);
    } else {
      download(std::move(key), {participant}, true);
    }
    participant->on_stop.emplace(std::move(stop), [this, weak = std::weak_ptr(participant)] {
      try {
        // A call that has an outcome is gone, and so may be `this`.
        fetcher.post([this, weak] {
          if (const auto leaver = weak.lock()) leave(leaver);
        });
      } catch (const std::bad_alloc&) {
        // request_stop() must not throw: the call continues to its end.
      }
    });
  }

  /// Stops all downloads and sets `closed` after the last has ended.
  void close(const std::shared_ptr<std::promise<void>>& closed) {
    thread_.check();
    closed_ = closed;
    for (auto& transfer : transfers_) {
      transfer.stop.request_stop();
      for (const auto& participant : std::exchange(transfer.participants, {})) {
        end(*participant, stopped());
      }
    }
    if (transfers_.empty()) closed->set_value();
  }

  const Fetcher& fetcher;

 private:
  using Transfers = std::list<Transfer>;

  /// Starts a download for `participants`. The first one begins it, the others join it.
  void download(Key key, Participants participants, bool is_joinable) {
    thread_.check();
    const auto transfer = transfers_.emplace(
        transfers_.end(), Transfer{std::move(key), is_joinable, {}, std::move(participants)});
    transfer->participants.front()->is_first = true;
    for (const auto& participant : transfer->participants) participant->transfer = &*transfer;
    if (is_joinable) joinable_.emplace(transfer->key, transfer);
    fetcher.start(transfer->key.first, transfer->stop.get_token(),
                  [this, transfer](Outcome outcome) { arrive(transfer, std::move(outcome)); });
  }

  void arrive(Transfers::iterator ended, Outcome outcome) {
    thread_.check();
    const Transfer transfer = std::move(*ended);
    transfers_.erase(ended);
    if (transfer.is_joinable) joinable_.erase(transfer.key);
    if (auto* file = std::get_if<Download>(&outcome)) {
      if (!transfer.participants.empty()) end_all(transfer.participants, std::move(*file));
    } else if (transfer.stop.stop_requested()) {
      // Calls that came after the last participant was stopped still share one download.
      if (!transfer.participants.empty()) download(transfer.key, transfer.participants, true);
    } else {
      fail(transfer, std::get<std::exception_ptr>(outcome));
    }
    if (closed_ && transfers_.empty()) {
      // set_value() may still run when the destructor continues, so it takes a promise of its own.
      const auto closed = closed_;
      closed->set_value();
    }
  }

  void fail(const Transfer& transfer, const std::exception_ptr& error) {
    for (const auto& participant : transfer.participants) {
      if (participant->is_first) {
        end(*participant, error);
      } else {
        download(transfer.key, {participant}, false);
      }
    }
  }

  void leave(const std::shared_ptr<Participant>& participant) {
    auto& transfer = *participant->transfer;
    std::erase(transfer.participants, participant);
    if (transfer.participants.empty()) transfer.stop.request_stop();
    end(*participant, stopped());
  }

  [[no_unique_address]] ThreadChecker thread_;  ///< the fetcher's thread
  Transfers transfers_ AURA_GUARDED_BY(thread_);
  std::map<Key, Transfers::iterator> joinable_ AURA_GUARDED_BY(thread_);
  std::shared_ptr<std::promise<void>> closed_ AURA_GUARDED_BY(thread_);
};

SharedDownloads::SharedDownloads(const Fetcher& fetcher) : impl_(std::make_unique<Impl>(fetcher)) {}

// post() throws if memory runs out. The downloads would then never end, so the process ends.
SharedDownloads::~SharedDownloads() {  // NOLINT(bugprone-exception-escape)
  // Shared, because set_value() may still run when this thread continues.
  const auto closed = std::make_shared<std::promise<void>>();
  impl_->fetcher.post([impl = impl_.get(), closed] { impl->close(closed); });
  closed->get_future().wait();
}

void SharedDownloads::start(std::string url, std::string group, std::stop_token stop,
                            Done done) const {
  impl_->fetcher.post([impl = impl_.get(), key = Key(std::move(url), std::move(group)),
                       stop = std::move(stop), done = std::move(done)]() mutable {
    impl->begin(std::move(key), std::move(stop), std::move(done));
  });
}

}  // namespace aura::fetch
