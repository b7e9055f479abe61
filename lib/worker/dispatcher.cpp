#include "dispatcher.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <exception>
#include <new>
#include <thread>
#include <utility>

#include "aura/base/wait.h"
#include "aura/postgres/migrations.h"
#include "aura/queue/backoff.h"
#include "aura/queue/step.h"
#include "set_aside.h"

namespace aura::worker {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// The server may still execute a claim that was given up here, until the limit of its statement.
constexpr std::chrono::seconds kClaimMayLinger{15};

/// While one job measures, another may wait for the database.
constexpr std::size_t kJobsPerProcessor = 2;

/// Minimum time to put unfinished jobs back, also after the grace: a heartbeat may lock their runs.
constexpr milliseconds kPutBackWithin{2000};
/// How long to wait for a heartbeat before the next try.
constexpr milliseconds kLockedFor{50};

/// Returns the part of the grace that is kept to put unfinished jobs back and to end threads.
milliseconds reserve_of(milliseconds grace) {
  return std::min(milliseconds(2000), grace / 5);
}

milliseconds until(Clock::time_point deadline) {
  return std::max(milliseconds(0),
                  std::chrono::duration_cast<milliseconds>(deadline - Clock::now()));
}

}  // namespace

Dispatcher::Dispatcher(const WorkerSettings& settings, const queue::QueueTable& table,
                       const audio::Decoder& decoder, catalogue::CatalogueReader& catalogue,
                       metrics::Instruments& instruments, const Log& log,
                       const analysis::NamedTagger* tagger)
    : settings_(settings),
      decoder_(decoder),
      instruments_(instruments),
      log_(log),
      connection_(settings.database.url),
      queue_(connection_, table),
      outage_(log),
      lookahead_(settings.threads, settings.max_downloads),
      progress_(settings, table, running_, instruments, log),
      keeper_(settings, table, running_, instruments, log),
      catalogue_keeper_(settings, catalogue, instruments, log),
      listening_(settings, running_, catalogue_keeper_, log),
      upkeep_(settings, table, instruments, log),
      trouble_(instruments, log),
      runner_(settings, table, decoder, catalogue, running_, progress_, trouble_, lookahead_,
              instruments, log, tagger),
      pool_(static_cast<std::size_t>(settings.threads) * kJobsPerProcessor),
      fetcher_(settings.analysis.fetch),
      downloads_(fetcher_) {}

bool Dispatcher::run(Mode mode, const std::stop_token& stop, const std::stop_token& hurry) {
  thread_.check();
  start_companions();
  const std::stop_callback note(stop, [this] { asked_to_stop_ = Clock::now(); });
  const auto refusal = claim_until_stopped(mode, stop);
  if (decoder_.is_lost())
    log_.error("the process that starts decoders is gone: ending, for a new start");
  instruments_.set_draining();
  const bool all_ended = wind_down(hurry);
  for (auto& thread : companions_) thread.request_stop();
  if (!all_ended) return false;  // the process ends without waiting for their database either
  companions_.clear();
  if (refusal) std::rethrow_exception(refusal);
  return true;
}

void Dispatcher::start_companions() {
  thread_.check();
  companions_.emplace_back([this](const std::stop_token& ended) { keeper_.run(ended); });
  companions_.emplace_back([this](const std::stop_token& ended) { progress_.run(ended); });
  companions_.emplace_back([this](const std::stop_token& ended) { catalogue_keeper_.run(ended); });
  companions_.emplace_back([this](const std::stop_token& ended) { listening_.run(ended); });
  companions_.emplace_back([this](const std::stop_token& ended) { upkeep_.run(ended); });
}

std::exception_ptr Dispatcher::claim_until_stopped(Mode mode, const std::stop_token& stop) {
  thread_.check();
  while (!stop.stop_requested() && !decoder_.is_lost()) {
    instruments_.note_turn();
    try {
      // Read first: whatever happens from here on cuts the wait short.
      const auto news = running_.news();
      abandon_strays();
      if (const auto hold_back = trouble_.left(); hold_back > milliseconds(0)) {
        wait_for(hold_back, stop);
        continue;
      }
      const int wanted = this->wanted();
      // A reserved job is looked after even if there is no room for another.
      if ((wanted > 0 || has_reserved_) && claim_and_start(std::max(wanted, 0))) continue;
      if (mode == Mode::kDrain && running_.size() == 0 && !queue_.has_work()) break;
      auto wait = queue::jittered(settings_.poll_interval);
      if (has_reserved_) wait = std::min(wait, settings_.lease / 3);
      running_.wait_for_news(news, wait, stop);
    } catch (const postgres::DatabaseLost& error) {
      running_.note_database_lost();
      wait_for(outage_.failed("the database can't be used", error.what()), stop);
    } catch (const std::exception& error) {
      const auto wait = outage_.failed("no jobs can be claimed", error.what());
      if (mode == Mode::kDrain) return std::current_exception();  // draining would never end
      make_schema_anew();
      wait_for(wait, stop);
    }
  }
  return nullptr;
}

/// An operator may have dropped schema aura.
void Dispatcher::make_schema_anew() try {
  thread_.check();
  for (const auto& name : postgres::migrate(connection_)) log_.info("applied migration " + name);
} catch (const std::exception&) {
  // The failed claim is logged already.
}

void Dispatcher::abandon_strays() {
  thread_.check();
  if (!in_doubt_until_) return;
  const bool is_last = Clock::now() >= *in_doubt_until_;
  const int strays = queue_.abandon_strays(settings_.worker_id, running_.all());
  if (strays > 0) {
    log_.warning("put back jobs whose claim was not answered", {{"jobs", std::int64_t{strays}}});
  }
  if (is_last) in_doubt_until_.reset();
}

bool Dispatcher::claim_and_start(int wanted) {
  thread_.check();
  bool maybe_more = false;
  std::vector<std::int64_t> begun;
  const auto asked = Clock::now();
  try {
    auto jobs = queue_.claim({.limit = wanted,
                              .worker_id = settings_.worker_id,
                              .lease = settings_.lease,
                              .max_lyrics_bytes = settings_.analysis.max_lyrics_bytes,
                              .in_turn = settings_.database.fair_by_user,
                              .is_idle = running_.size() == 0,
                              // The lease keeper extends them while their text is read.
                              .on_claimed = [&](const auto& claimed) {
                                for (const auto& job : claimed) {
                                  running_.begin(job.run_id);
                                  begun.push_back(job.run_id);
                                }
                              }});
    outage_.over();
    if (!jobs.empty()) lookahead_.note_claim(Clock::now() - asked);
    tell_of_set_aside(queue_, log_, instruments_);
    const bool had_reserved = std::exchange(has_reserved_, queue_.has_reserved());
    if (has_reserved_ && !had_reserved) make_way();
    // A claim in turn may end with its round although more jobs are queued.
    const bool is_full = settings_.database.fair_by_user
                             ? !jobs.empty()
                             : wanted > 0 && static_cast<int>(jobs.size()) == wanted;
    maybe_more = is_full || (had_reserved && !has_reserved_);
    if (!jobs.empty() && jobs.front().crashes > 0) suspect_run_ = jobs.front().run_id;
    for (auto& job : jobs) {
      std::erase(begun, job.run_id);
      start(std::move(job));
    }
  } catch (...) {
    for (const auto run_id : begun) running_.end(run_id);
    in_doubt_until_ = Clock::now() + kClaimMayLinger;
    throw;
  }
  return maybe_more;
}

/// A job that workers were lost with runs when no other job runs here. Jobs that no thread has
/// begun are released, so that it waits no longer than for the longest running job.
void Dispatcher::make_way() {
  log_.info("lets its jobs end, to run one alone that workers were lost with");
  put_back(running_.waiting());
}

void Dispatcher::start(queue::ClaimedJob claimed_job) {
  const auto job = std::make_shared<const queue::ClaimedJob>(std::move(claimed_job));
  const auto stop = running_.begin(job->run_id);
  log_.for_job(job->job.job_id, job->attempt).info("started", {{"run", job->run_id}});
  try {
    if (job->job.unreadable) {
      log_.for_job(job->job.job_id, job->attempt).error(*job->job.unreadable);
      const JobError error("bad_text",
                           "the text of this job can't be read from the database: submit the track "
                           "again",
                           Retry::kNo);
      return hand_over(job, {std::make_exception_ptr(error), {}}, stop);
    }
    fetch_track(downloads_, fetcher_, job->job, sharing_group(job->job), stop,
                [this, job, stop](FetchedTrack track) {
                  lookahead_.note_download(track.took);
                  hand_over(job, std::move(track), stop);
                });
  } catch (...) {
    running_.end(job->run_id);
    throw;
  }
}

void Dispatcher::hand_over(std::shared_ptr<const queue::ClaimedJob> job, FetchedTrack track,
                           const std::stop_token& stop) {
  running_.note_ready(job->run_id,
                      queue::percent_at(track.download() != nullptr ? queue::Step::kDecoding
                                                                    : queue::Step::kDownloading));
  instruments_.observe(metrics::Stage::kFetch, track.took);
  count_bytes(track.download());
  count_bytes(track.reference_download());
  buffered_bytes_ += track.bytes();
  post(std::move(job), std::make_shared<FetchedTrack>(std::move(track)), stop);
}

void Dispatcher::count_bytes(const fetch::Download* download) {
  if (download == nullptr) return;
  if (download->is_shared)
    instruments_.add_shared(download->file.size());
  else
    instruments_.add_fetched(download->file.size());
}

void Dispatcher::post(std::shared_ptr<const queue::ClaimedJob> job,
                      std::shared_ptr<FetchedTrack> track, const std::stop_token& stop) {
  boost::asio::post(pool_, [this, job = std::move(job), track = std::move(track), stop] {
    work(job, track, stop);
  });
}

void Dispatcher::work(const std::shared_ptr<const queue::ClaimedJob>& job,
                      const std::shared_ptr<FetchedTrack>& track, const std::stop_token& stop) {
  std::unique_ptr<SharedMeasurements::Turn> turn;
  if (track->download() != nullptr && !track->measured && !stop.stop_requested()) {
    try {
      // Waits without a thread while another run measures the same content.
      turn = measuring_.begin({track->download()->sha256, sharing_group(job->job)},
                              [this, job, track, stop](SharedMeasurements::Measured measured) {
                                track->measured = std::move(measured);
                                post_again(job, track, stop);
                              });
      if (!turn) return;
    } catch (const std::bad_alloc&) {
      // Measures by itself.
    }
  }
  buffered_bytes_ -= track->bytes();
  runner_.run(*job, *track, turn.get(), stop);
  running_.end(job->run_id);
}

/// Without memory, the run is left: its lease runs out, and another attempt follows.
void Dispatcher::post_again(const std::shared_ptr<const queue::ClaimedJob>& job,
                            const std::shared_ptr<FetchedTrack>& track,
                            const std::stop_token& stop) noexcept {
  try {
    post(job, track, stop);
  } catch (const std::exception&) {
    buffered_bytes_ -= track->bytes();
    running_.end(job->run_id);
  }
}

/// Jobs of different groups share nothing.
std::string Dispatcher::sharing_group(const queue::Job& job) const {
  if (settings_.cache.sharing == catalogue::Sharing::kAll) return "";
  return job.user_id ? "user " + *job.user_id : "job " + job.id;
}

int Dispatcher::wanted() const {
  thread_.check();
  // A job that crashes its worker would count as a crash of each job beside it.
  if (has_reserved_ || running_.contains(suspect_run_)) return 0;
  if (trouble_.is_on()) return running_.size() == 0 ? 1 : 0;
  const bool has_room = buffered_bytes_ + fetcher_.bytes_in_flight() < settings_.max_buffered_bytes;
  const int most = settings_.threads + (has_room ? lookahead_.jobs() : 0);
  return std::min(most - static_cast<int>(running_.size()), settings_.claim_batch);
}

bool Dispatcher::wind_down(const std::stop_token& hurry) {
  thread_.check();
  const auto reserve = reserve_of(settings_.shutdown_grace);
  const auto asked = asked_to_stop_.load();  // not set if draining ended by itself
  const auto deadline =
      (asked == Clock::time_point{} ? Clock::now() : asked) + settings_.shutdown_grace;
  put_back_waiting();
  if (const auto running = running_.size(); running > 0) {
    log_.info("stopping: no more claims, waiting for running jobs",
              {{"running", static_cast<std::int64_t>(running)},
               {"grace_ms", std::int64_t{settings_.shutdown_grace.count()}}});
  }
  // Without a decoder, no job can finish.
  const auto grace = decoder_.is_lost() ? milliseconds(0) : until(deadline - reserve);
  if (!running_.wait_until_idle(grace, hurry)) {
    put_back_unfinished(deadline, hurry);
    if (!running_.wait_until_idle(reserve, {})) return false;
  }
  pool_.join();
  return true;
}

/// Releases jobs that no thread would begin soon: they need no grace. A job that can't be released
/// now is released later.
void Dispatcher::put_back_waiting() try {
  abandon_strays();
  auto waiting = running_.waiting();
  const auto on_threads = running_.size() - waiting.size();
  const auto threads = static_cast<std::size_t>(settings_.threads);
  const auto kept = std::min(threads - std::min(on_threads, threads), waiting.size());
  waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(kept));
  put_back(waiting);
} catch (const std::exception& error) {
  log_.warning("waiting jobs can't be put back yet: " + std::string(error.what()));
}

/// Releases first and stops then: after the release, the job's own writes change nothing. Jobs
/// whose rows are locked continue.
void Dispatcher::put_back(const std::vector<std::int64_t>& runs) {
  thread_.check();
  const auto released = queue_.release(runs);
  tell_of_set_aside(queue_, log_, instruments_);
  if (!released.empty()) {
    log_.info("put unfinished jobs back to the queue",
              {{"jobs", static_cast<std::int64_t>(released.size())}});
  }
  running_.stop(released, StopReason::kReleased);
}

void Dispatcher::put_back_unfinished(Clock::time_point deadline, const std::stop_token& hurry) {
  thread_.check();
  deadline = std::max(deadline, Clock::now() + kPutBackWithin);
  bool hurries = false;
  auto left = running_.all();
  while (!left.empty()) {
    auto wait = kLockedFor;
    try {
      put_back(left);
      left = queue_.held(left);
      if (left.empty()) break;
    } catch (const std::exception& error) {
      wait = outage_.failed("unfinished jobs can't be put back", error.what());
    }
    if (hurry.stop_requested() && !std::exchange(hurries, true))
      deadline = std::min(deadline, Clock::now() + kPutBackWithin);
    if (until(deadline) < wait) break;
    wait_for(wait, hurries ? std::stop_token() : hurry);
  }
  if (!left.empty()) {
    log_.warning("unfinished jobs can't be put back: they are once their leases have run out",
                 {{"jobs", static_cast<std::int64_t>(left.size())}});
  }
  running_.stop(left, StopReason::kLeft);
  running_.stop(running_.all(), StopReason::kLost);
}

}  // namespace aura::worker
