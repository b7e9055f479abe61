#include "host_slots.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>
#include <deque>
#include <exception>
#include <optional>
#include <string>

namespace aura::fetch {
namespace {

namespace asio = boost::asio;

/// Somebody who wants a slot and keeps it until told otherwise.
struct User {
  std::optional<HostSlots::Slot> slot;
  asio::cancellation_signal cancel;
  bool was_cancelled = false;
};

asio::awaitable<void> use(HostSlots& slots, std::string host, User& user) {
  user.slot.emplace(co_await slots.acquire(std::move(host)));
}

/// Users of one set of slots; all that can happen has happened after each call.
class Users {
 public:
  explicit Users(std::size_t per_host) : slots_(per_host) {}
  ~Users() {
    for (auto& user : users_) user.cancel.emit(asio::cancellation_type::terminal);
    settle();
  }
  Users(const Users&) = delete;
  Users& operator=(const Users&) = delete;

  User& add(const std::string& host = "h") {
    User& user = users_.emplace_back();
    asio::co_spawn(
        io_, use(slots_, host, user),
        asio::bind_cancellation_slot(user.cancel.slot(), [&user](const std::exception_ptr& thrown) {
          user.was_cancelled = thrown != nullptr;
        }));
    settle();
    return user;
  }
  void settle() {
    io_.restart();
    io_.poll();
  }
  void leave(User& user) {
    user.slot.reset();
    settle();
  }
  /// In one go, so that the other has not heard of its turn when it is cancelled.
  void leave_as_other_gives_up(User& user, User& other) {
    asio::post(io_, [&] {
      user.slot.reset();
      other.cancel.emit(asio::cancellation_type::terminal);
    });
    settle();
  }

 private:
  asio::io_context io_;
  HostSlots slots_;
  std::deque<User> users_;
};

TEST_CASE("host slots: a host has as many as the limit says, each its own") {
  Users users(2);
  CHECK(users.add().slot);
  CHECK(users.add().slot);
  CHECK_FALSE(users.add().slot);
  CHECK(users.add("other").slot);
}

TEST_CASE("host slots: who waits gets the next one, in the order they came") {
  Users users(1);
  User& first = users.add();
  User& second = users.add();
  User& third = users.add();
  users.leave(first);
  CHECK(second.slot);
  CHECK_FALSE(third.slot);
  users.leave(second);
  CHECK(third.slot);
}

TEST_CASE("host slots: who comes as one is given back stands behind those who wait") {
  Users users(1);
  User& first = users.add();
  User& second = users.add();
  first.slot.reset();
  User& third = users.add();
  CHECK(second.slot);
  CHECK_FALSE(third.slot);
}

TEST_CASE("host slots: who gives up waiting takes nobody's turn") {
  Users users(1);
  User& first = users.add();
  User& second = users.add();
  User& third = users.add();
  second.cancel.emit(asio::cancellation_type::terminal);
  users.settle();
  CHECK(second.was_cancelled);
  CHECK_FALSE(third.slot);
  users.leave(first);
  CHECK(third.slot);
}

TEST_CASE("host slots: a turn that comes as its waiter gives up is the next one's") {
  Users users(1);
  User& first = users.add();
  User& second = users.add();
  User& third = users.add();
  users.leave_as_other_gives_up(first, second);
  CHECK(second.was_cancelled);
  CHECK(third.slot);
}

}  // namespace
}  // namespace aura::fetch
