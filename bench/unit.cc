// g++ -std=c++17 -g -O0 -fPIC -DN=101 -S unit.cc -o unit.s
//
// A unit with much debug information and three exports; bench/emit.ts says how
// many of them make up a library.
#include <algorithm>
#include <any>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <future>
#include <iostream>
#include <list>
#include <locale>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <random>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>
#define CAT_(a, b) a##b
#define CAT(a, b) CAT_(a, b)
namespace CAT(unit_, N) {
struct Key { int n = N; std::string text; bool operator<(const Key &o) const { return n < o.n; } };
template <int I> struct Value { std::vector<std::array<double, I + 1>> rows; std::map<Key, std::shared_ptr<Value>> next; };
template <int I> int work(const std::string &s) {
  std::map<std::string, std::vector<Value<I>>> m; m[s].emplace_back();
  std::unordered_map<int, std::variant<int, std::string, Value<I>>> u; u[I] = s;
  std::set<Key> keys; keys.insert(Key{});
  std::function<int(Value<I> &)> f = [&](Value<I> &v) { return (int)v.rows.size(); };
  std::sort(m[s].begin(), m[s].end(), [](auto &a, auto &b) { return a.rows.size() < b.rows.size(); });
  std::optional<Value<I>> o = m[s][0];
  return f(*o) + (int)u.size() + (int)keys.size();
}
}
struct CAT(Point, N) { double x, y; int tags[N % 7 + 1]; };
extern "C" int CAT(unit_sum, N)(const char *text, int n) {
  using namespace CAT(unit_, N);
  std::regex r(text);
  auto task = std::async([=] { return n; });
  return work<1>(text) + work<2>(text) + work<3>(text) + work<4>(text) + task.get() + std::regex_match("x", r);
}
extern "C" double CAT(unit_len, N)(const struct CAT(Point, N) *p) { return p->x + p->y; }
extern "C" int CAT(unit_var, N); int CAT(unit_var, N) = N;
