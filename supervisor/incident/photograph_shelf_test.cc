#include "supervisor/incident/photograph_shelf.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "supervisor/incident/evidence_size.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<const Photograph> Taken(BootTime at, std::size_t bytes) {
  auto photograph = std::make_shared<Photograph>();
  photograph->taken_boot = at;
  Section section;
  section.row.section = "before/smaps/1";
  section.bytes.assign(bytes, 'x');
  photograph->sections.push_back(std::move(section));
  return photograph;
}

TEST(PhotographShelf, KeepsTheLatestOfEachContainer) {
  PhotographShelf shelf;
  PhotographShelf::Place web(shelf);
  PhotographShelf::Place database(shelf);
  EXPECT_EQ(web.get(), nullptr);
  web.Put(Taken(1s, 1000));
  database.Put(Taken(2s, 1000));
  const auto later = Taken(3s, 500);
  web.Put(later);
  EXPECT_EQ(web.get(), later);
  EXPECT_EQ(shelf.used(), MemoryOf(*later) + MemoryOf(*database.get()));
}

TEST(PhotographShelf, TheOldestMakesRoom) {
  PhotographShelf shelf(Kibibytes(25));
  PhotographShelf::Place oldest(shelf);
  PhotographShelf::Place newer(shelf);
  PhotographShelf::Place taken_now(shelf);
  newer.Put(Taken(2s, 10000));
  oldest.Put(Taken(1s, 10000));
  EXPECT_FALSE(oldest.made_room());
  taken_now.Put(Taken(3s, 10000));
  EXPECT_EQ(oldest.get(), nullptr);
  EXPECT_TRUE(oldest.made_room());
  EXPECT_NE(newer.get(), nullptr);
  EXPECT_NE(taken_now.get(), nullptr);
}

TEST(PhotographShelf, OneThatIsLargerThanAllRoomIsKeptAlone) {
  PhotographShelf shelf(Kibibytes(20));
  PhotographShelf::Place other(shelf);
  other.Put(Taken(1s, 10000));
  PhotographShelf::Place large(shelf);
  large.Put(Taken(2s, 100000));
  EXPECT_EQ(other.get(), nullptr);
  EXPECT_NE(large.get(), nullptr);
  other.Put(Taken(3s, 100));
  EXPECT_EQ(large.get(), nullptr) << "it holds more than there is room for, and is older";
  EXPECT_LT(shelf.used(), Kibibytes(20));
}

TEST(PhotographShelf, APlaceThatGoesGivesItsRoomBack) {
  PhotographShelf shelf(Kibibytes(20));
  PhotographShelf::Place stays(shelf);
  stays.Put(Taken(1s, 10000));
  {
    PhotographShelf::Place goes(shelf);
    goes.Put(Taken(2s, 5000));
  }
  EXPECT_EQ(shelf.used(), MemoryOf(*stays.get()));
}

TEST(PhotographShelf, ANewOneAfterItMadeRoomCounts) {
  PhotographShelf shelf(Kibibytes(20));
  PhotographShelf::Place first(shelf);
  PhotographShelf::Place second(shelf);
  first.Put(Taken(1s, 15000));
  second.Put(Taken(2s, 15000));
  ASSERT_TRUE(first.made_room());
  first.Put(Taken(3s, 15000));
  EXPECT_FALSE(first.made_room());
  EXPECT_TRUE(second.made_room());
}

TEST(PhotographShelf, NeverHoldsMoreThanItsBudgetAndOnePhotograph) {
  constexpr Bytes kMost = Kibibytes(256);
  constexpr std::size_t kLargest = 64 * 1024;
  std::mt19937 random(7);
  PhotographShelf shelf(kMost);
  std::vector<std::unique_ptr<PhotographShelf::Place>> places;
  for (int i = 0; i < 40; ++i) places.push_back(std::make_unique<PhotographShelf::Place>(shelf));
  for (int turn = 0; turn < 2000; ++turn) {
    places[random() % places.size()]->Put(Taken(BootTime(random() % 100000), random() % kLargest));
    Bytes held;
    for (const auto& place : places) {
      if (place->get()) held = held + MemoryOf(*place->get());
    }
    ASSERT_EQ(held, shelf.used());
    ASSERT_LE(held, kMost);
  }
}

}  // namespace
}  // namespace headroom
