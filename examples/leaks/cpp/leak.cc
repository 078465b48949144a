// A service that keeps what it should forget: every request opens a session that nobody closes.
#include <chrono>
#include <iostream>
#include <string>
#include <thread>
#include <unordered_map>

int main() {
  constexpr int kRequestsAtOnce = 64;
  constexpr int kRequestsToReport = 512;
  constexpr std::size_t kSessionBytes = 16384;
  std::unordered_map<std::string, std::string> sessions;
  for (int request = 1;; ++request) {
    sessions.emplace("session-" + std::to_string(request), std::string(kSessionBytes, 'x'));
    if (request % kRequestsToReport == 0) {
      std::cout << sessions.size() << " sessions\n" << std::flush;
    }
    if (request % kRequestsAtOnce == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
}
